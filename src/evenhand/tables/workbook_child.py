"""Read one sheet of a workbook, as a script in a process of its own with limits: see ``workbook.py``.

Arguments: the folder that holds python_calamine, the workbook, the sheet ("" for the first), bytes, seconds.
Answers with one JSON object on standard output: rows, first row and names of sheets; or what went wrong.
It imports nothing of evenhand, so that it starts in a hundredth of a second.
"""

from __future__ import annotations

import json
import sys
from datetime import date, time, timedelta
from typing import Any


def main(home: str, path: str, wanted: str, memory: str, seconds: str) -> dict[str, Any]:
    """Return the cells of a sheet, or ``{"fault": ...}``."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass  # not every system can set limits; the look at the zip directory stands before this
    sys.path.append(home)
    import python_calamine

    try:
        book = python_calamine.load_workbook(path)
        return sheet_of(book, wanted)
    except python_calamine.PasswordError:
        return {"fault": "password"}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        return {"fault": "damaged", "said": str(error)}


def sheet_of(book: Any, wanted: str) -> dict[str, Any]:
    """Return the cells of the sheet wanted: the very name, else the same but for case, else nothing."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or names
    like = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    chosen = wanted if wanted in names else like[0] if like else seen[0] if seen and not wanted else None
    if chosen is None:
        return {"fault": "sheet", "sheets": names}
    sheet = book.get_sheet_by_name(chosen)
    start = sheet.start or (0, 0)
    rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    return {"rows": rows, "first": start[0] + 1, "left": start[1] + 1, "sheet": chosen, "sheets": names}


def plain(cell: Any) -> Any:
    """Return a cell as JSON knows it; dates and times in ISO 8601."""
    if isinstance(cell, (date, time)):
        return str(cell)
    return str(cell) if isinstance(cell, timedelta) else cell


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:6]), sys.stdout)
