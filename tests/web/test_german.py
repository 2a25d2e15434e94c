"""German pages read as German: no sentence, date or number of any page is left in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from evenhand.work import take
from evenhand.workspace.drafts import plan_row, step_row
from planned import Desktop

ENGLISH = re.compile(
    r"\b(the|is|are|of|and|has|have|had|were|not|with|each|from|you|your|they|their|than|owed|ahead|turns?"
    r"|weeks?|loans?|cars?|people|given|nobody|everybody|to|by|for|be|at|every|would|may|can|cannot|needs?|one"
    r"|two|more|less|fewer|served|changed|forbidden|person|seats?|rev|Jan to|Week)\b"
)
"""Words that no German sentence has."""

DECIMAL = re.compile(r"(?<![\w.+-])\d+\.\d{1,2}(?![\w.-])")
"""A decimal point: German writes 0,59. Thousands (86.100) have three digits, days (27. Jan) a space."""

OWN = {
    "table heads": r"[a-z_]+\.csv|openapi\.json|weekend, holiday|woman|man|other|name|person|people",
    "the founding document's line": r"Fairness: λ=\S+ • \d+P • Max=\d+ • Gini=[\d.]+",
    "words that are German too": r"war|der|die|das",
    "what the table itself says": r".*travel to the test track.*|.*second handover team.*",
    "names of samples": r".*(Monday teams|Autumn offsite).*|.*LA fleet.*|.*Garden watering.*|Team \d+.*",
}
"""What stands on a German page as it came: names and words of tables, one line that is never translated."""

SPARED = re.compile("|".join(f"(?:{pattern})" for pattern in OWN.values()))


class Words(HTMLParser):
    """The texts of a page that people see or hear."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what is read out of attributes; scripts, code and English marked as such say nothing."""
        told = dict(attrs)
        if tag in ("script", "style", "pre", "code") or told.get("lang") == "en":
            self.silent += 1
        for name in ("title", "aria-label", "placeholder", "data-said", "alt"):
            if told.get(name):
                self.texts.append(str(told[name]))

    def handle_endtag(self, tag: str) -> None:
        """Listen again behind what says nothing."""
        if tag in ("script", "style", "pre", "code") or (self.silent and tag in ("p", "button")):
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        """Take a text, without the spaces of the template."""
        if data.strip() and not self.silent:
            self.texts.append(" ".join(data.split()))


def english(page: str) -> list[str]:
    """Return what of a page is left in English, or written as English writes numbers."""
    words = Words()
    words.feed(page)
    return [
        text
        for text in words.texts
        if (ENGLISH.search(text) or DECIMAL.search(text)) and not SPARED.fullmatch(text)
    ]


def test_english_is_heard() -> None:
    """An English sentence, month, number or tooltip in a German page is found, and a name is not."""
    page = '<p>Hugs was owed 0.85</p><p>27. Jan bis 6. Apr</p><b title="not a member">x</b><i>86.100</i>1.5'
    assert english(page) == ["Hugs was owed 0.85", "not a member", "1.5"]


class Walk:
    """A German visitor of every page of a sample, from its board to what people see of it."""

    def __init__(self, place: str, sample: str) -> None:
        """Make and plan the sample."""
        self.desk = Desktop(place, sample)
        if sample == "garden":
            self.desk.do(self.desk.queued())
        self.desk.work()
        self.left: list[str] = []

    def see(self, where: str) -> str:
        """Look at a page until nothing of it is still worked out, and note what is English on it."""
        page = self.desk.get(where, "de")
        while (run := take(self.desk.store, "test")) is not None:
            self.desk.do(run)
            page = self.desk.get(where, "de")
        assert '<html lang="de">' in page, page[:400]
        self.left += [f"{where}: {text}" for text in english(page)]
        return page

    def step(self, kind: str, names: list[str]) -> None:
        """Take a step, and plan it."""
        # from a tab that asks nothing: the dials of a fleet would have fifty plans solved
        self.desk.send("/steps", kind=kind, names=names, version="99", tab="history")
        self.desk.work()
        self.desk.send("/runs")
        self.desk.work()

    def publish(self, reason: str) -> str:
        """Publish the plan as it stands and return its series."""
        with self.desk.store.read() as connection:
            row = plan_row(connection, self.desk.plan)
            key = step_row(connection, self.desk.plan, row.tip).state
        for _ in range(2):
            # the first time the check is queued, the second it is there
            self.desk.send("/publications", key=key, reason=reason)
            self.desk.work()
        return str(row.series)


CELLS = {"fleet": "LABMW00125", "teams": "Zoe Hansen", "garden": "2026-02-17|Kompono"}
STEPS = {
    "fleet": ("forbid", ["LABMW00125", "P060", "2026-09-28"]),
    "teams": ("away", ["Zoe Hansen"]),
    "garden": ("away", ["Jay", "2026-02-14", "2026-02-28"]),
}
PERSON = {"fleet": "P060", "teams": "Akira Jansen", "garden": "Hugs"}


@pytest.mark.parametrize("sample", ["fleet", "teams", "garden"])
def test_no_page_says_a_word_of_english(tmp_path_factory: pytest.TempPathFactory, sample: str) -> None:
    """Board, panels, changes, comparison, publishing, series, accounts, personal and shared pages."""
    walk = Walk(str(tmp_path_factory.mktemp("german") / "a.db"), sample)
    plan = f"/plans/{walk.desk.plan}"
    for tab in ("why", "give", "standing", "history", *(["dials"] if sample != "fleet" else [])):
        walk.see(f"{plan}?at={CELLS[sample]}&tab={tab}")
    kind, names = STEPS[sample]
    walk.step(kind, names)
    for more in ("?tab=history", "/compare", "/publish", "?month=1"):
        walk.see(plan + more)
    series = walk.publish("Woche 1")
    for where in (f"{plan}?tab=history", f"/series/{series}", f"/series/{series}/people", "/", "/swaps"):
        walk.see(where)
    walk.see(f"/series/{series}/people/{PERSON[sample]}")
    for kind, claimant in (("me", PERSON[sample]), ("share", "")):
        made = walk.desk.post(f"/series/{series}/links", claimant=claimant, kind=kind)
        link = re.search(rf"/{kind}/[\w-]+", made)
        assert link is not None
        walk.see(link.group())
    walk.desk.store.close()
    assert not walk.left, "\n".join(walk.left)


@pytest.mark.parametrize(
    "where",
    ["/import", "/import?job=rota", "/help", "/login", "/plans/none", "/nowhere", "/open/" + "x" * 32],
)
def test_doors_and_errors_are_german(tmp_path_factory: pytest.TempPathFactory, where: str) -> None:
    """What is said before there is a plan, and where something is not there."""
    walk = Walk(str(tmp_path_factory.mktemp("german") / "a.db"), "garden")
    walk.see(where)
    walk.desk.store.close()
    assert not walk.left, "\n".join(walk.left)
