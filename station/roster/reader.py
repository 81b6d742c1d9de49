"""The part of reading a workbook that a damaged file can bring down: a process of its own, with a limit of memory.

`python -m station.roster.reader FILE` writes the sheets as CBOR to standard output; it
ends with 0, or with 2 and the reason on standard error. Nothing is interpreted here.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta

import cbor2
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY_LIMIT_BYTES = 2 * 1024**3
LOCKED = "locked"


def main(path: str) -> int:
    """Read one workbook; return the exit code."""
    _limit_memory()
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = [_sheet(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except PasswordError:
        return _fail(LOCKED)
    except (CalamineError, OSError, MemoryError) as error:
        return _fail(str(error))
    sys.stdout.buffer.write(cbor2.dumps(sheets))
    return 0


def _sheet(sheet: CalamineSheet) -> list[object]:
    rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return [sheet.name, rows, [list(map(list, corners)) for corners in sheet.merged_cell_ranges or []]]


def _plain(cell: object) -> object:
    """Return a cell as CBOR has it; moments become a pair of their kind and text."""
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _fail(reason: str) -> int:
    sys.stderr.write(reason)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
