"""The answer to "why": sentences and the figures they rest on, each checked by the judge."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.core.notebook import html_list


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure and the sentence that says it.

    Attributes:
        name: a stable word for programs, such as "runner_up" or "second_vehicle".
        sentence: what a person reads, with its full stop.
        value: the figure, in ``unit``; None where the fact has none.
        unit: "points", "turns", "people", "days" ...
        about: the claimant, item, day or rule the figure belongs to; "" for the subject itself.
    """

    name: str
    sentence: str
    value: float | int | None = None
    unit: str = ""
    about: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a claimant (or an award) stands as it does.

    Attributes:
        job: "allocation", "teams" or "rota".
        subject: whom or what was asked about.
        headline: the answer in one sentence.
        facts: what it rests on, most important first.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> why = eh.explain(solution, "Ada")
        >>> why.job, why.headline
        ('rota', 'Ada serves 2 turns of this plan and ends it even.')
    """

    job: str
    subject: str
    headline: str
    facts: tuple[Fact, ...] = ()

    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  - {fact.sentence}" for fact in self.facts)])

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the answer, and what it rests on."""
        return html_list(self.headline, [fact.sentence for fact in self.facts])

    def values(self, name: str) -> dict[str, float | int | None]:
        """Return the figures of all facts of that name, by what they are about."""
        return {fact.about: fact.value for fact in self.facts if fact.name == name}
