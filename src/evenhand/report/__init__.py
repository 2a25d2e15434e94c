"""What people read: text, spreadsheets, pages, calendars. Each form is a pure function of a solution.

The pages of a plan are made of sections under stable names. A static page holds them all; the web app asks
for those it shows, and draws them with the same templates and the same style sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.core.lazy import loaded_when_used
from evenhand.report.formats import FORMS, endings, refuse, render, save
from evenhand.report.sections import SECTIONS, sections

if TYPE_CHECKING:
    from evenhand.report.page import FONTS, Section, asset, environment, loader, stylesheet

__all__ = [
    "FONTS",
    "FORMS",
    "SECTIONS",
    "Section",
    "asset",
    "endings",
    "environment",
    "loader",
    "refuse",
    "render",
    "save",
    "sections",
    "stylesheet",
]

_HOMES = {"page": ("FONTS", "Section", "asset", "environment", "loader", "stylesheet")}

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds a name that is misspelt
    __getattr__ = loaded_when_used(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
