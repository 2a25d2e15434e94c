"""Four vehicles, three outlets, two days of two loans: who gets what, and what a second loan would cost."""

from pathlib import Path

import evenhand as eh

here = Path(__file__).parent
problem = eh.AllocationProblem.from_tables(
    candidates=here / "candidates.csv",
    capacity={"day": ["2026-01-05", "2026-01-06"], "slots": [2, 2]},
    penalty=eh.mode_b(),
)
solution = eh.solve(problem, seed=7)
print(solution)
print(*zip(*solution.to_columns().values(), strict=True), sep="\n")
print(eh.explain(solution, "Daily Wheel"))
