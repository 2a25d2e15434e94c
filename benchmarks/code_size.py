"""Count the code: modules, lines, comments that say something, and examples in docstrings, room by room.

    python benchmarks/code_size.py                    # this tree
    python benchmarks/code_size.py ../other/src       # another one, to compare

Comments are those of the tokenizer but for marks of tools (noqa, type, fmt, pragma); examples are `>>>` that
the doctests run.
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "src"
MARKS = ("noqa", "type:", "fmt:", "pragma", "!")


def counted(path: Path) -> Counter[str]:
    """Return the counts of one module."""
    text = path.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = [
        node for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]  # fmt: skip
    return Counter(
        modules=1,
        lines=text.count("\n"),
        comments=sum(not comment.lstrip("# ").startswith(MARKS) for comment in comments),
        examples=sum(">>> " in (ast.get_docstring(node) or "") for node in documented),
    )


def main() -> None:
    """Print a line a room and one for all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "source", nargs="?", type=Path, default=HERE, help="the folder src; left out, this one"
    )
    source = parser.parse_args().source / "evenhand"
    rooms: dict[str, Counter[str]] = {}
    for path in sorted(source.rglob("*.py")):
        inside = path.relative_to(source).parts
        room = inside[0] if len(inside) > 1 else "(front door)"
        rooms[room] = rooms.get(room, Counter()) + counted(path)
    rooms["all"] = sum(rooms.values(), Counter())
    print(f"{'room':<14}{'modules':>9}{'lines':>9}{'comments':>10}{'a comment in':>14}{'examples':>10}")
    for room, count in rooms.items():
        every = f"{count['lines'] // max(1, count['comments'])} lines"
        print(
            f"{room:<14}{count['modules']:>9,}{count['lines']:>9,}{count['comments']:>10,}{every:>14}"
            f"{count['examples']:>10,}"
        )


if __name__ == "__main__":
    main()
