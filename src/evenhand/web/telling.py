"""Sentences of the library in German: known by their words, with what stands in their places kept."""

from __future__ import annotations

from evenhand.web.german import GERMAN

__all__ = ["told_in_german"]


def told_in_german(text: str) -> str:
    """Return a sentence of the library in German; one that is not known stays as it is."""
    return GERMAN.get(text, text)
