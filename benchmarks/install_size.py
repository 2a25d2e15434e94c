"""What an installation takes on disk, package by package: `python -m benchmarks.install_size [--write]`.

Read from the metadata of what is installed here, with everything that each package pulls in. So an extra that
is not installed is left out; `requirements/test.txt` brings all of them. With --write the tables of
docs/install.md are written anew.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "install.md"
EXTRAS = {
    "calendars": "absences from .ics files, public holidays; recurring-ical-events is LGPL, see NOTICES.md",
    "parquet": "Parquet tables, and quick reading of very large CSV",
    "fast": "compiled kernels: teams that cannot be proven come out better, very large ones sooner",
    "ortools": "a second solver, as an independent opinion",
    "cluster": "many offices on the machines of a Ray cluster",
    "web": "pages and an interface over HTTP",
    "postgres": "the same on a PostgreSQL database, with `web`",
}
MEGABYTE = 1 << 20
SMALL = 0.5
"""Megabytes below which packages are counted together."""


def pulled_in(name: str, extra: str = "") -> set[str]:
    """Return the packages that one needs, itself included, under this Python and system."""
    found: set[str] = set()
    waiting = [(name, extra)]
    while waiting:
        package, asked = waiting.pop()
        for line in _asked_for(package, asked):
            needed = Requirement(line)
            if needed.marker is not None and not needed.marker.evaluate({"extra": asked}):
                continue
            called = re.sub(r"[-_.]+", "-", needed.name).lower()
            if called not in found:
                found.add(called)
                waiting += [(called, part) for part in (*needed.extras, "")]
    return found | {name}


def _asked_for(package: str, extra: str) -> list[str]:
    """Return a package's requirements; evenhand's own are read from the checkout, not from an old install."""
    if package != "evenhand":
        return metadata.requires(package) or []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional: dict[str, list[str]] = project["optional-dependencies"]
    return [*project["dependencies"], *optional.get(extra, [])]


def megabytes(package: str) -> float:
    """Return what a package's files take on disk, bytecode included."""
    if package == "evenhand":
        return sum(_on_disk(path) for path in (ROOT / "src").rglob("*") if path.is_file()) / MEGABYTE
    held = metadata.distribution(package)
    folders = {Path(str(held.locate_file(file))).parent for file in held.files or ()}
    files = {Path(str(held.locate_file(file))) for file in held.files or ()}
    # Bytecode that was compiled after the installation is not in the metadata's list.
    files |= {
        made for folder in folders if folder.name != "site-packages" for made in folder.glob("__pycache__/*")
    }
    return sum(_on_disk(path) for path in files if path.is_file()) / MEGABYTE


def _on_disk(path: Path) -> int:
    """Return the bytes that a file takes in whole blocks, as `du` counts them, where the system tells it."""
    held = path.stat()
    return getattr(held, "st_blocks", 0) * 512 or held.st_size


def tables() -> str:
    """Return both tables as Markdown: the core's packages, and what each extra adds."""
    core = pulled_in("evenhand")
    sizes = {package: megabytes(package) for package in core}
    lines = ["| package | MB |", "|---|---|"]
    large = sorted((name for name in core if sizes[name] >= SMALL), key=lambda name: (-sizes[name], name))
    lines += [f"| {name} | {sizes[name]:.1f} |" for name in large]
    rest = sum(size for size in sizes.values() if size < SMALL)
    lines += [
        f"| {len(core) - len(large)} more | {rest:.1f} |",
        f"| **all of the core** | **{sum(sizes.values()):.0f}** |",
    ]
    lines += ["", "| extra | brings | MB more |", "|---|---|---|"]
    for extra, brings in EXTRAS.items():
        try:
            more = sum(megabytes(package) for package in pulled_in("evenhand", extra) - core)
        except metadata.PackageNotFoundError:
            continue
        lines.append(f"| `evenhand[{extra}]` | {brings} | {more:.0f} |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables, or write them into the manual."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    asked.add_argument("--write", action="store_true", help="write docs/install.md anew")
    given = asked.parse_args()
    made = tables()
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        marks = r"(?<=<!-- sizes -->\n).*?(?=\n<!-- end of sizes -->)"
        PAGE.write_text(re.sub(marks, lambda _: f"\n{made}\n", page, flags=re.DOTALL), encoding="utf-8")
    else:
        sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
