"""The German catalogue: English sentence to German.

A test finds sentences of pages and views without a line.
"""

from __future__ import annotations

from typing import Final

__all__ = ["GERMAN"]

GERMAN: Final[dict[str, str]] = {}
