"""Read one sheet of a workbook, as a script in a process of its own with limits: see ``workbook.py``.

Arguments: the folder that holds python_calamine, the workbook, the sheet ("" for the first), bytes, seconds.
Answers in lines of JSON on standard output: an object that says what was found or what went wrong, then a
list for each row, from the sheet's first row on.
It imports nothing of evenhand, so that it starts in a hundredth of a second.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def limit(memory: int, seconds: int) -> None:
    """Set limits on memory (bytes) and processor time, where the system can: the parent has looked before."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


def main(home: str, path: str, wanted: str) -> None:
    """Write the cells of a sheet, or ``{"fault": ...}``; dates and times in ISO 8601."""
    sys.path.append(home)
    import python_calamine

    try:
        sheets, sheet = sheet_of(python_calamine.load_workbook(path), wanted)
        if sheet is None:
            say({"fault": "sheet", "sheets": sheets})
            return
        say({"sheet": sheet.name, "sheets": sheets, "left": (sheet.start or (0, 0))[1] + 1})
        for row in sheet.iter_rows():
            say(row)
    except python_calamine.PasswordError:
        say({"fault": "password"})
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        say({"fault": "damaged", "said": str(error)})


def sheet_of(book: Any, wanted: str) -> tuple[list[str], Any]:
    """Return the names of all sheets and the one wanted: the very name, or in another case, or None."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or names
    like = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    chosen = wanted if wanted in names else like[0] if like else seen[0] if seen and not wanted else None
    return names, None if chosen is None else book.get_sheet_by_name(chosen)


def say(part: Any) -> None:
    """Write one line; what JSON does not know (dates and times) as its own text."""
    sys.stdout.write(json.dumps(part, default=str) + "\n")


if __name__ == "__main__":
    limit(int(sys.argv[4]), int(sys.argv[5]))
    main(*sys.argv[1:4])
