"""The part of reading a workbook that a foreign file can bring down: a process of its own, with limits.

`python -m station.workbooks.child FILE` writes the sheets as CBOR to standard output; it
ends with 0, or with 2 and a reason on standard error (`locked`, `too-large SHEET` or what the
reading library says). Memory and processor time are limited by the system, so a file that
unpacks without end stops the child and nothing else. Nothing is interpreted here.
"""

from __future__ import annotations

import sys
import zipfile
from datetime import date, datetime, time, timedelta

import cbor2
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY_LIMIT_BYTES = 1024**3
PROCESSOR_LIMIT_S = 60
LARGEST_UNPACKED_BYTES = 512 * 1024**2
LARGEST_SHEET_CELLS = 2_000_000
LARGEST_ANSWER_BYTES = 128 * 1024**2
LOCKED = "locked"
TOO_LARGE = "too-large"
TOLD_WHY = 2


class _TooLargeError(Exception):
    """The file, or the sheet named, holds more than a list of people or a month of days ever does."""


def main(path: str) -> int:
    """Read one workbook; return the exit code."""
    _limit_the_process()
    try:
        _refuse_bombs(path)
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = [_sheet(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
        answer = cbor2.dumps(sheets)
        if len(answer) > LARGEST_ANSWER_BYTES:
            raise _TooLargeError("")
    except PasswordError:
        return _fail(LOCKED)
    except _TooLargeError as error:
        return _fail(f"{TOO_LARGE} {error}")
    except MemoryError:
        return _fail(f"{TOO_LARGE} ")
    except (CalamineError, OSError) as error:
        return _fail(str(error))
    sys.stdout.buffer.write(answer)
    return 0


def _refuse_bombs(path: str) -> None:
    """Add up what a zipped workbook says it unpacks to; what lies about it meets the limit of memory."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        return
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise _TooLargeError("")


def _sheet(sheet: CalamineSheet) -> list[object]:
    if sheet.total_height * sheet.total_width > LARGEST_SHEET_CELLS:
        raise _TooLargeError(sheet.name)
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


def _limit_the_process() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_LIMIT_S, PROCESSOR_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _fail(reason: str) -> int:
    sys.stderr.write(reason)
    return TOLD_WHY


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
