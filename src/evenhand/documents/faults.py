"""Collects all that is wrong with a document, by its place in it, into one error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from evenhand.core.errors import Finding, InputError

WRONG: Final[Any] = object()
"""What stands for a value that could not be read; its fault is noted."""


@dataclass(slots=True)
class Faults:
    """Gathers what is wrong, each with its path, such as ``problem.score[17]``."""

    found: list[tuple[str, str | None, str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        """Count the faults."""
        return len(self.found)

    def add(self, path: str, came: object, problem: str, mend: str) -> Any:
        """Note a fault and return WRONG; ``came`` is the value as read, None for none."""
        self.found.append((path, None if came is None else str(came), problem, mend))
        return WRONG

    def take(self, other: Faults) -> None:
        """Take over the faults of another gathering."""
        self.found += other.found

    def raise_errors(self, name: str) -> None:
        """Raise one InputError with every fault, if there are any.

        Args:
            name: the file as the user knows it; "" where there is none.
        """
        if self.found:
            raise InputError(
                [
                    Finding(
                        f"{name or 'the document'}{f', at {path}' if path else ''}",
                        None,
                        "",
                        came,
                        wrong,
                        mend,
                    )
                    for path, came, wrong, mend in self.found
                ]
            )
