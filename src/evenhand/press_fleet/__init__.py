"""A press fleet's tables (vehicles, partners, approvals and more) to an allocation problem.

| where | what it does |
|---|---|
| ``feasible`` | approvals, free vehicles, weekdays: which loans are possible; pins and forbids |
| ``calendar`` | the week's start days and their slots |
| ``rules.free_from`` | who waits for a model or make |
| ``rules.tier_caps`` | loans of a make in twelve months, by rank |
| ``evenhand.allocation.problem.penalties`` | fairness |
| ``budgets`` | dollars by office, fleet and quarter |
| ``pipeline.approval_scores`` | what a loan is worth |

``cells`` reads single cells, ``roster`` who and what there is, ``history`` what was lent before, ``settings``
every number that is a choice; ``pipeline`` runs the steps in order.
"""

from evenhand.press_fleet.pipeline import TABLES, from_folder, from_tables
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["TABLES", "FleetSettings", "from_folder", "from_tables"]
