"""Two languages: every sentence of pages and views has its German, with the same places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import evenhand as eh
from evenhand.measures.chip import BANDS
from evenhand.measures.table import MEASURES
from evenhand.web.app import WORDS
from evenhand.web.language import Language
from evenhand.web.saying import DIALS, PEOPLE, SAID
from evenhand.web.telling import GERMAN, LIBRARY, OPTION, OPTIONS
from evenhand.workspace.views.allocation import MODES
from evenhand.workspace.views.words import NOUNS

ROOT = Path(eh.__file__).parent
SPOKEN = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')|else _\("((?:[^"\\]|\\.)*)\"""")
SHARED = ("ui", "allocation", "rota", "teams")
"""Templates of the static pages that the web draws with too."""
PLACE = re.compile(r"\{(\w+)\}")


def sentences() -> Iterator[str]:
    """Yield every sentence that a page or a view says."""
    shared = [ROOT / "report" / "templates" / f"{name}.html.jinja" for name in SHARED]
    for path in [*sorted((ROOT / "web" / "templates").glob("*.html")), *shared]:
        for found in SPOKEN.finditer(path.read_text(encoding="utf-8")):
            yield found[1] or found[2] or found[3]
    for path in [*sorted((ROOT / "workspace").rglob("*.py")), *sorted((ROOT / "web").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("msg", "words", "self")
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
    yield from (*NOUNS, *NOUNS.values(), *(band.name for band in BANDS), *WORDS.values())
    yield from (*SAID.values(), *PEOPLE.values(), *DIALS.values(), *MODES.values(), "Mon", "Sun")


def test_every_sentence_has_its_german() -> None:
    """No sentence of a page or a view is left in English on a German page."""
    assert sorted({one for one in sentences() if one not in GERMAN}) == []


def test_translations_fill_the_same_places() -> None:
    """A translation has just the places of its sentence, so that no figure is lost."""
    wrong = [
        english
        for english, german in GERMAN.items()
        if set(PLACE.findall(english)) != set(PLACE.findall(german))
    ]
    assert wrong == []


def test_numbers_and_days_are_written_as_people_there_write_them() -> None:
    """Thousands, decimals, signs and days follow the language."""
    english, german = Language("en"), Language("de")
    assert (english.number(86100), german.number(86100)) == ("86,100", "86.100")
    assert (english.signed(-0.5, 2), german.signed(-0.5, 2)) == ("−0.50", "−0,50")
    assert (english.day("2026-09-28"), german.day("2026-09-28")) == ("Mon 28 Sep", "Mo 28. Sept")
    assert german.say(["{n} {noun}", {"n": 2, "noun": ["cars", {}]}]) == "2 Autos"
    assert english.day("any day") == "any day"


TOLD_ROOMS = (
    *("tables", "workspace", "web", "press_fleet"),
    *("allocation/reading", "allocation/problem", "allocation/asking"),
    *("teams/reading", "teams/rules", "teams/problem", "rota/reading", "rota/rules", "rota/problem"),
)
"""Rooms whose findings and explanations reach the pages and stand in the catalogue, each of them."""

SAYS = frozenset({"error", "warning", "one", "wrong", "Finding", "Fact", "note"})
"""Calls whose texts are said to people: findings, facts of an explanation, lines of the log."""

SILENT = frozenset(
    {
        *("{} {}", "{}: {}", "{} {}: {} to {}", "{} rev {}", "is {}"),
        "Absences stand in a table of their own, with name, from and to. {}",
        "has merged cells; {} more row{} got their value",
        "lies on its side: {} stand{} where names should",
    }
)
"""Texts that are all places, or whose places hold half a word or a sentence; they stand there filled."""


def template(node: ast.expr) -> list[str]:
    """Return the texts of an expression with {} for what it fills in; both sides of a choice."""
    if isinstance(node, ast.IfExp):
        return template(node.body) + template(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    return []


WORDED = frozenset({"problem", "mend"})
"""Keywords and variables that hold what is said to people."""

OF_CHECK = frozenset({"overview.py", "pipeline.py", "own_groups.py", "guarded.py", "public_holidays.py"})
"""Files whose variables hold what ``evenhand check``, Python or an installation is told, and no page is."""


def told() -> Iterator[str]:
    """Yield every template of a finding or a fact that the rooms above can say."""
    for room in TOLD_ROOMS:
        path = ROOT / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                said: list[ast.expr] = []
                if isinstance(node, ast.Call):
                    if getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYS:
                        said = [*node.args, *(key.value for key in node.keywords if key.arg in WORDED)]
                elif isinstance(node, ast.Assign) and file.name not in OF_CHECK:
                    names = {getattr(target, "id", "") for target in node.targets}
                    said = [node.value] if names & WORDED else []
                yield from (text for part in said for text in template(part) if " " in text)


def test_what_the_library_says_is_german_on_a_german_page() -> None:
    """No finding, mend, fact or line of the log of these rooms is left in English, whatever fills it."""
    german = Language("de")
    said = sorted({text.replace("{}", "Xy") for text in told() if text not in SILENT})
    left = [text for text in said if german.tell(text) == text]
    assert left == []


OF_COMMANDS = (
    *("cli/", "cluster/", "documents/", "report/", "linear/", "store/", "web/", "core/arguments.py"),
    *("tables/overview.py", "rota/asking/ledger.py", "rota/asking/advice.py", "teams/asking/ledger.py"),
)
"""Where what is said with an option is said to whoever typed a command or wrote Python."""


def naming_options() -> Iterator[str]:
    """Yield every text of the library with an option in it that a page may show."""
    for file in sorted(ROOT.rglob("*.py")):
        if str(file.relative_to(ROOT)).startswith(OF_COMMANDS):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inside = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inside | notes:
                for text in template(node):
                    if re.search(r"(?<![\w-])--[a-z]", text) and not text.startswith((",", "--")):
                        # a sentence in front ends with a full stop
                        yield re.sub(r"^\{\} (?=[A-Z])", "Xy. ", text).replace("{}", "Xy")


@pytest.mark.parametrize("code", ["en", "de"])
def test_no_page_names_an_option_of_a_command(code: str) -> None:
    """What the library says with an option is said on a page with the field or button that does the same."""
    words = Language(code)
    said = sorted(set(naming_options()))
    assert len(said) > 20
    assert [text for text in said if OPTION.search(words.tell(text))] == []
    assert [line for line in (*OPTIONS.values(), *LIBRARY.values()) if OPTION.search(line)] == []


def conflicts() -> Iterator[str]:
    """Yield the rules in conflict of small plans that cannot be, of all three jobs."""
    weeks = eh.weekly("2026-01-05", 4)
    people = [{"name": f"P{at}", "kind": "ab"[at % 2]} for at in range(8)]
    pair = [{"name": "Ada"}, {"name": "Ben"}]
    cars = [
        {"item": f"i{at}", "recipient": who, "day": "2026-01-05", "score": 5}
        for at in range(4)
        for who in "xy"
    ]
    pins = [{"item": "i0", "recipient": "x"}, {"item": "i1", "recipient": "y"}]

    def teams(**rules: Any) -> eh.TeamsProblem:
        return eh.TeamsProblem.from_table(people, teams=2, balance="kind", **rules)

    for make in (
        lambda: eh.RotaProblem.from_tables(people=pair, duties=weeks, rest=2),
        lambda: eh.RotaProblem.from_tables(
            people=pair, duties=weeks, fixed=[("2026-01-05", "Ada"), ("2026-01-05", "Ben")]
        ),
        lambda: teams(
            locked={"P0": "Team 1", "P1": "Team 2"}, rules=[{"kind": "together", "people": "P0;P1"}]
        ),
        lambda: teams(rules=[{"kind": "apart", "people": "P0;P1;P2"}]),
        lambda: teams(locked={f"P{at}": "Team 1" for at in range(6)}),
        lambda: eh.AllocationProblem.from_tables(candidates=cars, capacity=1, pins=pins),
    ):
        with pytest.raises(eh.InfeasibleError) as caught:
            eh.solve(make())
        yield from caught.value.conflict


def test_rules_in_conflict_are_told_in_german() -> None:
    """No word of English is left in the rules that cannot all hold."""
    german = Language("de")
    told = [german.tell(rule) for rule in conflicts()]
    assert len(told) > 10
    left = re.compile(r"\b(is|are|has|have|need|needs|people|serves|may|after|turn|slot|to|and)\b")
    assert [rule for rule in told if left.search(rule)] == []


def test_a_translated_finding_keeps_every_figure_and_name() -> None:
    """Each place of an English sentence stands in the German one, once or more."""
    for english, german in LIBRARY.items():
        count = english.count("{}")
        places = re.findall(r"\{=?(\d)\}", german)
        assert set(map(str, range(1, count + 1))) >= set(places), english
        if not OPTION.search(english):
            assert len(set(places)) >= count - 1, english


def test_every_measure_has_a_german_title() -> None:
    """No measure of the panel is left in English on a German page."""
    german = Language("de")
    assert [
        measure.title for measure in MEASURES.values() if german.tell(measure.title) == measure.title
    ] == []


def test_what_a_swap_does_to_wishes_numbers_and_roles_is_told_in_german() -> None:
    """Reasons of a class with wishes, a number, alike columns and a role have no English verb left."""
    names = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida"]
    rows = [
        {
            "name": name,
            "sex": "mw"[at % 2],
            "level": 1 + at % 3,
            "age": 8 + at * 7 % 5,
            "friend": names[1 + (at + 1) % 8] if at % 4 else "",
            "captain": "yes" if at < 3 else "no",
        }
        for at, name in enumerate(names)
    ]
    dials: Any = {"numbers": ["age"], "similar": ["level"], "wishes": ["friend"], "roles": ["captain"]}
    plan = eh.solve(eh.TeamsProblem.from_rows(rows, teams=3, balance=["sex"], **dials))
    german = Language("de")
    said = [fact.sentence for name in names for fact in eh.explain(plan, name).facts]
    said += [line for _, _, line in eh.teams.summary(plan.problem, plan.awards)]
    left = re.compile(r"\b(the|is|are|of|has|have|each|than|would|more|less|gets?|loses?|brings|for)\b")
    assert [german.tell(text) for text in said if left.search(german.tell(text))] == []


def test_german_has_one_word_for_a_team_and_one_way_to_say_you() -> None:
    """A team is a Team wherever a page speaks of it (a Gruppe is a group of a rule), and readers are Sie."""
    teams = {english: german for english, german in GERMAN.items() if re.search(r"\bteams?\b", english)}
    assert {
        german for german in teams.values() if re.search("Gruppe", german.replace("oder Gruppen", ""))
    } == set()
    familiar = re.compile(r"\b(du|dich|dir|dein\w*|euch|euer\w*)\b", re.IGNORECASE)
    assert [german for german in GERMAN.values() if familiar.search(german)] == []
