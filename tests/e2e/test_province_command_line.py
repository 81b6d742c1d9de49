"""`station province` from files to hand-over records, as two people at one terminal meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from station.bootstrap import open_station
from station.config import load_config
from station.domain.staff import Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document as Paper
from station.registers.usage_report import build_usage_report
from station.registers.workbook import write_xlsx

PASSWORD = "kata-sandi-contoh-1"


def run(kit: Path, login: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "STATION_LOGIN": login, "STATION_PASSWORD": PASSWORD, "STATION_SECOND_PASSWORD": PASSWORD,
    }  # fmt: skip
    command = [sys.executable, "-m", "station", "--config", str(kit), "province", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=90, stdin=subprocess.DEVNULL, check=False
    )


def prepare(folder: Path) -> Path:
    """A kit with a custodian and a division head, and reports of two regencies and one broken file beside it."""
    (folder / "frasa").write_text("frasa sandi contoh")
    kit = folder / "kit.toml"
    kit.write_text('[kit]\nid = "KIT-UJI"\npassphrase_file = "frasa"\n')
    services = open_station(load_config(kit), "frasa sandi contoh")
    boss = services.staff.create_administrator("Admin Contoh", "admin", PASSWORD)
    custodian = services.staff.add(boss, "Wati Contoh", "wati", PASSWORD, frozenset({Role.CUSTODIAN}))
    services.staff.add(boss, "Joko Contoh", "joko", PASSWORD, frozenset({Role.DIVISION_HEAD}))
    today = services.registers.head.made_at.date()
    services.blanks.receive(custodian, Paper("1/BAST", today), Party(PartyKind.CENTRE, "Pusat"), 80, 80, None)
    for name in ("KOTA MISAL", "KABUPATEN CONTOH"):
        head = replace(services.registers.head, config=replace(services.config.letterhead, regency=name))
        write_xlsx(build_usage_report(services.blanks.usage_month(today.year, today.month), head),
                   folder / f"{name}.xlsx")  # fmt: skip
    services.close()
    (folder / "rusak.xlsx").write_bytes(b"PK")
    return kit


def test_a_share_out_is_proposed_approved_by_the_head_and_written(tmp_path: Path) -> None:
    kit = prepare(tmp_path)
    files = [str(tmp_path / "KOTA MISAL.xlsx"), str(tmp_path / "KABUPATEN CONTOH.xlsx")]
    broken = run(kit, "wati", "read", *files, str(tmp_path / "rusak.xlsx"))
    assert broken.returncode == 1
    assert "! rusak.xlsx tidak dapat dibaca" in broken.stdout
    assert "KOTA MISAL" in broken.stdout
    proposed = run(
        kit, "wati", "propose", *files, "--quantity", "100", "--cap", "60", "--figures", "KOTA MISAL=130:10", "--json"
    )
    assert proposed.returncode == 0, proposed.stderr
    made = json.loads(proposed.stdout)
    identifier = made["allocation_id"]
    assert [share["pieces"] for share in made["allocation"]["shares"]] == [60, 0]
    edited = run(kit, "wati", "edit", "--id", identifier, "--regency", "KABUPATEN CONTOH", "--quantity", "41")
    assert edited.returncode == 3
    assert "Porsi melebihi 100 keping" in edited.stderr
    assert run(kit, "wati", "approve", "--id", identifier, "--second", "wati").returncode == 3
    approved = run(kit, "wati", "approve", "--id", identifier, "--second", "joko")
    assert "disetujui" in approved.stdout.lower()
    assert "[x] 16." in run(kit, "wati", "steps", "--id", identifier, "--done", "16", "17").stdout
    written = run(
        kit, "wati", "write", "--id", identifier, "--document", "7/BAST/2026", "--out", str(tmp_path / "keluar")
    )
    assert written.returncode == 0, written.stderr
    assert len(list((tmp_path / "keluar").glob("bast-*.pdf"))) == 1
    assert identifier in run(kit, "wati", "list").stdout
