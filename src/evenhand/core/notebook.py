"""What a notebook shows of solutions, panels, explanations and problems: plain escaped HTML, no style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

ROWS: Final = 60
"""Rows of a table that a notebook shows; the rest are counted: nobody reads more than two screens of them."""


def escape(text: str) -> str:
    """Return text as HTML shows it; the library that does so is loaded when a notebook asks."""
    import html

    return html.escape(text)


def html_table(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return a table as HTML, every cell escaped.

    Args:
        columns: column name to values, all of one length; the first ``ROWS`` of them are shown.

    >>> html_table({"name": ["<Ada>"], "turns": [2]})
    '<table><thead><tr><th>name</th><th>turns</th></tr></thead><tbody><tr><td>&lt;Ada&gt;</td><td>2</td></tr></tbody></table>'
    """
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in columns)
    count = max((len(values) for values in columns.values()), default=0)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(values[row]))}</td>" for values in columns.values()) + "</tr>"
        for row in range(min(ROWS, count))
    )
    rest = f"<p>... and {count - ROWS:,} rows more.</p>" if count > ROWS else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def html_list(headline: str, lines: Sequence[str]) -> str:
    """Return a sentence and a list below it as HTML, escaped.

    >>> html_list("Ada gets 2.", ["1.6 were due."])
    '<p><strong>Ada gets 2.</strong></p><ul><li>1.6 were due.</li></ul>'
    """
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<p><strong>{escape(headline)}</strong></p>" + (f"<ul>{items}</ul>" if items else "")


def problem_html(headline: str, facts: Mapping[str, Any], warnings: Sequence[object]) -> str:
    """Return the summary of a problem as HTML: what there is of each, and what was odd.

    Args:
        headline: what kind of problem it is.
        facts: what there is, by name; numbers are written with thousands apart.
        warnings: findings that travel with the problem.
    """
    values = [f"{value:,}" if isinstance(value, int) else str(value) for value in facts.values()]
    table = html_table({"": list(facts), " ": values})
    return f"<p><strong>{escape(headline)}</strong></p>{table}" + (
        html_list("Worth knowing", [str(warning) for warning in warnings]) if warnings else ""
    )
