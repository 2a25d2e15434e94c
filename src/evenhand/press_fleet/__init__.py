"""A press fleet's tables to an allocation problem: phases 7.1 to 7.8, one small file each.

| phase | file | what it does |
|---|---|---|
| 7.1 | ``feasible`` | approvals, free vehicles, weekdays: the triples that can be |
| 7.2, 7.7 | ``calendar`` | the week's start days and their slots |
| 7.3 | ``cooldown`` | who waits for a model or make |
| 7.4s | ``caps`` | loans of a make in twelve months, by rank |
| 7.5 | ``evenhand.allocation.problem.penalties`` | fairness |
| 7.6 | ``budgets`` | dollars by office, fleet and quarter |
| 7.8 | ``scores`` | what a loan is worth |
"""

from evenhand.press_fleet.folder import from_folder
from evenhand.press_fleet.pipeline import TABLES, from_tables
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["TABLES", "FleetSettings", "from_folder", "from_tables"]
