"""Print the modules of src that a look with the types of another system can find wrong; for ``make types``.

Those that import a module of the standard library which is not the same on every system, as its types say:
with all other modules looked at as well, mypy takes three times as long and can find nothing more.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import mypy

ROOT = Path(__file__).resolve().parents[1]
STANDARD = Path(mypy.__file__).parent / "typeshed" / "stdlib"
IMPORTED = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)


def differing() -> set[str]:
    """Return the modules of the standard library of which something is there on some systems alone."""
    stubs = (stub for stub in STANDARD.rglob("*.pyi") if "sys.platform" in stub.read_text(encoding="utf-8"))
    # packages by their first name: asyncio.events is reached through asyncio
    return {stub.relative_to(STANDARD).with_suffix("").parts[0] for stub in stubs} - {"builtins", "typing"}


def main() -> None:
    """Print the paths, one a line."""
    names = differing()
    for path in sorted((ROOT / "src").rglob("*.py")):
        if names.intersection(IMPORTED.findall(path.read_text(encoding="utf-8"))):
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
