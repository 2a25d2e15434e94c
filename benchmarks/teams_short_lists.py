"""Does it help to name fewer friends? Made-up classes, with one person's full list and with a short one.

    python -m benchmarks.teams_short_lists

Each of 16 people in 4 teams names three friends at random; the first person once names all three and once the
first alone. It prints how often that person then is with the first friend, and with none of those named. 60
classes at --effort quick take some 50 s of processor time.
"""

from __future__ import annotations

import argparse
import random

import evenhand as eh

PEOPLE, NAMED = 16, 3


def main() -> None:
    """Plan the classes and print a line for each length of the list."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    asked.add_argument("--classes", type=int, default=60)
    given = asked.parse_args()
    rng = random.Random(5)  # noqa: S311 - made-up classes
    names = [f"p{at:02}" for at in range(PEOPLE)]
    first = dict.fromkeys((1, NAMED), 0)
    nobody = dict.fromkeys((1, NAMED), 0)
    for _ in range(given.classes):
        lists = {who: rng.sample([other for other in names if other != who], NAMED) for who in names}
        for length in (1, NAMED):
            rows = [
                {"name": who, "g": "wm"[at % 2]}
                | {f"f{place}": lists[who][place] if at or place < length else "" for place in range(NAMED)}
                for at, who in enumerate(names)
            ]
            problem = eh.TeamsProblem.from_rows(rows, teams=4, balance="g", wishes="f0,f1,f2")
            plan = eh.solve(problem, limits=eh.Limits(effort="quick"))
            home = plan.awards[0]
            near = [plan.awards[names.index(friend)] == home for friend in lists[names[0]]]
            first[length] += bool(near[0])
            nobody[length] += not any(near[:length])
    for length in (1, NAMED):
        print(
            f"{length} named, {given.classes} classes: {first[length]} with the first, "
            f"{nobody[length]} with nobody named"
        )


if __name__ == "__main__":
    main()
