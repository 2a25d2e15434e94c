"""A class of ten into three groups, each a small image of the whole, and why a score is what it is."""

from pathlib import Path

import evenhand as eh

here = Path(__file__).parent
problem = eh.TeamsProblem.from_table(here / "people.csv", teams=3, balance=["house", "instrument"])
solution = eh.solve(problem, seed=7)
print(solution)
print(*zip(*solution.to_columns().values(), strict=True), sep="\n")
print(eh.explain(solution, "Ada"))
