"""Seven weeks of watering among four people, one of them new and on half time: whose turn is it, and why?"""

from pathlib import Path

import evenhand as eh

here = Path(__file__).parent
problem = eh.RotaProblem.from_tables(
    people=here / "people.csv", duties=eh.weekly("2026-01-27", 7), policy="ledger"
)
solution = eh.solve(problem, method="quota-smooth", seed=7)
print(solution)
print(*zip(*solution.to_columns().values(), strict=True), sep="\n")
print(eh.explain(solution, "Neu"))
