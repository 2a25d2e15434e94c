"""How even an outcome is: one function and one line of the table a measure, and the panel of them all."""

from evenhand.measures.chip import BANDS, Band, band, chip, hover
from evenhand.measures.evenness import cv_floor
from evenhand.measures.panel import Panel, Row, panel
from evenhand.measures.shared import Shared
from evenhand.measures.table import MEASURES, Measure, figure

__all__ = [
    "BANDS",
    "MEASURES",
    "Band",
    "Measure",
    "Panel",
    "Row",
    "Shared",
    "band",
    "chip",
    "cv_floor",
    "figure",
    "hover",
    "panel",
]
