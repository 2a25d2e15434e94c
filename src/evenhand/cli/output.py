"""What is said beside the result on stderr, and results for programs on stdout."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["print_json", "say"]


def print_json(value: Any) -> None:
    """Write a value as JSON on stdout."""
    import json

    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """Write a line on stderr at once, after whatever stdout has so far."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
