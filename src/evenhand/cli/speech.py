"""What is said beside the result: one line on stderr."""

from __future__ import annotations

import sys

__all__ = ["say"]


def say(text: str) -> None:
    """Write a line on stderr at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
