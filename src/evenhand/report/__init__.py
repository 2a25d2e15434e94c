"""What people read: text, spreadsheets, pages, calendars. Each form is a pure function of a solution."""

from evenhand.report.formats import FORMS, endings, refuse, render, save

__all__ = ["FORMS", "endings", "refuse", "render", "save"]
