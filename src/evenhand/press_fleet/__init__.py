"""A press fleet's tables to an allocation problem: phases 7.1 to 7.8.

| phase | where | what it does |
|---|---|---|
| 7.1 | ``feasible`` | approvals, free vehicles, weekdays: the triples that can be; pins and forbids |
| 7.2, 7.7 | ``calendar`` | the week's start days and their slots |
| 7.3 | ``rules.free_from`` | who waits for a model or make |
| 7.4s | ``rules.tier_caps`` | loans of a make in twelve months, by rank |
| 7.5 | ``evenhand.allocation.problem.penalties`` | fairness |
| 7.6 | ``budgets`` | dollars by office, fleet and quarter |
| 7.8 | ``pipeline.approval_scores`` | what a loan is worth |

``cells`` reads single cells, ``roster`` who and what there is, ``history`` what was lent before, ``settings``
every number that is a choice; ``pipeline`` runs the phases in order.
"""

from evenhand.press_fleet.pipeline import TABLES, from_folder, from_tables
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["TABLES", "FleetSettings", "from_folder", "from_tables"]
