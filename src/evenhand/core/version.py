"""The version, where every room can read it without importing the front door."""

from typing import Final

VERSION: Final = "0.1.0"
"""Solutions, documents and pages carry it; the package's build reads this line."""
