"""One page of HTML that holds everything it needs: no script, no file beside it, readable on paper."""

from __future__ import annotations

__all__ = ["page"]


def page(title: str, sections: list[str]) -> bytes:
    """Return the page."""
    body = "".join(sections)
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>{body}".encode()
