"""Roster import: 2,000 rows from a workbook into the database, against reading the same workbook alone."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.figures import Figure, in_turn
from station.domain.clock import ManualClock
from station.domain.identifiers import RandomIds
from station.domain.staff import Actor, Role
from station.roster.importing import RosterImport
from station.store.database import open_database
from station.store.schema import create_schema

ROWS = 2000
ACTOR = Actor("a" * 32, "Operator Contoh", frozenset({Role.FIELD_OPERATOR}))


def figures() -> list[Figure]:
    """Measure a preview and import of a large roster."""
    with tempfile.TemporaryDirectory() as folder:
        path, database = Path(folder) / "roster.xlsx", open_database(Path(folder) / "kit.db", bytes(32))
        create_schema(database)
        _write(path)
        importer = RosterImport(database, ManualClock(datetime(2025, 1, 6, tzinfo=UTC)), RandomIds())
        count = 0

        def import_once() -> None:
            nonlocal count
            count += 1
            importer.commit(ACTOR, importer.preview(path, f"SMK Contoh {count}"))

        def read_only() -> None:
            with CalamineWorkbook.from_path(path) as workbook:
                workbook.get_sheet_by_index(0).to_python()

        ours_s, peer_s = in_turn(import_once, read_only, rounds=3)
        database.close()
    return [Figure(f"import a roster of {ROWS:,} rows", ours_s, peer_s, "s", "only reading the file", "under 2 s")]


def _write(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("XI")
        sheet.write_row(0, 0, ("No", "NIK", "Nama Lengkap", "Tempat/Tgl Lahir", "L/P", "Kelas"))
        for index in range(ROWS):
            nik = f"631106{index % 28 + 1:02d}0108{index // 28 + 1:04d}"
            name = f"Contoh {'ABCDEFGHIJ'[index % 10]} Nomor {'KLMNOPQRST'[index // 10 % 10]}"
            sheet.write_row(
                index + 1, 0, (index + 1, nik, name, f"Paringin, {index % 28 + 1:02d}-01-2008", "L", "XI 1")
            )
