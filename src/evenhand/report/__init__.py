"""What people read: text, spreadsheets, pages, calendars. Each form is a pure function of a solution.

The pages of a plan are made of sections under stable names. A static page holds them all; the web app asks
for those it shows, and draws them with the same templates and the same style sheet.
"""

from evenhand.report.formats import FORMS, endings, refuse, render, save
from evenhand.report.page import FONTS, Section, asset, environment, loader, page, stylesheet
from evenhand.report.sections import SECTIONS, sections

__all__ = [
    "FONTS",
    "FORMS",
    "SECTIONS",
    "Section",
    "asset",
    "endings",
    "environment",
    "loader",
    "page",
    "refuse",
    "render",
    "save",
    "sections",
    "stylesheet",
]
