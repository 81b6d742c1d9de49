"""The office's commands as its administrator meets them, and sync by USB medium between a kit and an office."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import xlsxwriter

from station.cli import run
from station.office.kits import QUARANTINED, new_code
from station.office.serve import RunningOffice, ServeOptions
from station.office.tables import kit as kit_table

PASSWORD = "kata-sandi-contoh-1"


def station(*arguments: str, config: Path | None = None, words: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command inside this process: starting Python forty times would take most of a minute."""
    chosen = ["--config", str(config)] if config is not None else []
    whole = [*chosen, *arguments, *([] if words else ["--json"])]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATION_LOGIN", "admin")
        patch.setenv("STATION_PASSWORD", PASSWORD)
        try:
            code = run(whole)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    return subprocess.CompletedProcess(whole, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    """An office that serves no longer, with one kit that was paired over the link."""
    (folder / "frasa").write_text("frasa sandi contoh")
    with RunningOffice(ServeOptions(folder / "office", port=0, intake=False)) as office:
        code = new_code(office.office, "KIT-UJI")
        (folder / "kit.toml").write_text(
            '[kit]\nid = "KIT-UJI"\ntpm = "off"\npassphrase_file = "frasa"\n'
            f'[office]\nlan_url = "{office.url}"\nm2m_url = "{office.url}"\n'
        )
        assert (
            station("setup", "--name", "Admin Contoh", "--login", "admin", config=folder / "kit.toml").returncode == 0
        )
        paired = station("sync", "--pair", code, config=folder / "kit.toml")
        assert paired.returncode == 0, paired.stderr
    return folder / "office"


def test_help_of_every_office_command_is_in_the_catalogue() -> None:
    for language, heading in (("id", "Pilihan"), ("en", "Options")):
        for command in (
            "serve",
            "code",
            "revoke",
            "release",
            "backup",
            "restore",
            "medium",
            "account",
            "staff",
            "school-list",
            "export-nist",
        ):
            shown = station("--lang", language, "office", command, "--help", words=True)
            assert shown.returncode == 0
            assert heading in shown.stdout
            assert "cli-" not in shown.stdout


@pytest.mark.usefixtures("data")
def test_the_standing_of_sync_is_told_without_a_link(folder: Path) -> None:
    told = station("sync", "--status", config=folder / "kit.toml")
    status = json.loads(told.stdout)
    assert (told.returncode, status["paired"], status["kit_id"]) == (0, True, "KIT-UJI")
    words = station("sync", "--status", config=folder / "kit.toml", words=True).stdout
    assert "sertifikat sampai" in words
    assert "Menunggu: 0 kiriman" in words


def test_a_medium_goes_to_the_office_and_back(data: Path, folder: Path) -> None:
    medium = folder / "usb"
    assert station("office", "medium", str(medium), "--data", str(data)).returncode == 2, "nothing was exported yet"
    assert station("sync", "--import", str(medium), config=folder / "kit.toml").returncode == 2
    exported = json.loads(station("sync", "--export", str(medium), config=folder / "kit.toml").stdout)
    assert exported["export"]["packets"] == 0
    taken = station("office", "medium", str(medium), "--data", str(data))
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout) == {"packets": 0, "batches": 0, "refused": []}
    back = station("sync", "--import", str(medium), config=folder / "kit.toml")
    assert json.loads(back.stdout)["import"]["receipts"] == 0
    (medium / "station-medium" / "KIT-LAIN").mkdir()
    refused = station("office", "medium", str(medium), "--data", str(data), words=True)
    assert refused.returncode == 1
    assert "[X] KIT-LAIN" in refused.stdout


def test_staff_and_school_list_reach_a_kit_by_medium(data: Path, folder: Path) -> None:
    from station.bootstrap import open_station
    from station.config import load_config
    from station.staff.roster import RosterState

    at, medium, book = ("--data", str(data)), folder / "usb-petugas", folder / "siswa.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet("XII A")
        sheet.write_row(0, 0, ("NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tgl Lahir"))
        sheet.write_row(1, 0, ("6311060501080001", "MELATI CONTOH", "L", "Paringin", "05-01-2008"))
        sheet.write_row(2, 0, ("63110605010800", "KENANGA CONTOH", "L", "Paringin", "05-01-2008"))
    add = ("office", "staff", "add", "sari", "--name", "Sari Contoh", "--role", "operator_perekaman")
    assert station(*add, *at).returncode == 0
    assert station(*add, *at).returncode == 2, "the login is taken"
    assert station("office", "staff", "roles", "sari", "--role", "raja", *at).returncode == 2
    assert (
        station("office", "staff", "roles", "sari", "--role", "penyelia", "--role", "verifikator", *at).returncode == 0
    )
    listed = json.loads(station("office", "staff", "list", *at).stdout)
    assert [(one["login"], one["roles"]) for one in listed["staff"]] == [("sari", ["penyelia", "verifikator"])]
    assert [sent["kit_id"] for sent in listed["rosters"]] == ["KIT-UJI"]
    send = ("office", "school-list", str(book), "--school", "SMAN 1 CONTOH", "--kit", "KIT-UJI", *at)
    looked = station(*send, words=True)
    assert (looked.returncode, "1 ditolak" in looked.stdout, "B3" in looked.stdout or "A3" in looked.stdout) == (
        1,
        True,
        True,
    )
    assert json.loads(station(*send, "--yes").stdout)["kits"] == ["KIT-UJI"]
    assert station("sync", "--export", str(medium), config=folder / "kit.toml").returncode == 0
    assert station("office", "medium", str(medium), *at).returncode == 0
    assert station("sync", "--import", str(medium), config=folder / "kit.toml").returncode == 0
    services = open_station(load_config(folder / "kit.toml"), "frasa sandi contoh")
    assert services.staff.sign_in("sari", PASSWORD).name == "Sari Contoh"
    assert services.staff_roster.standing().state is RosterState.CURRENT
    (school,) = services.rosters.schools()
    assert [one.name for one in services.rosters.students(school.school_id)] == ["MELATI CONTOH"]
    services.close()


def test_a_backup_is_proven_and_restored(data: Path, folder: Path) -> None:
    target, restored = folder / "cadangan", folder / "pulih"
    made = json.loads(station("office", "backup", "--data", str(data), "--to", str(target)).stdout)
    assert made["files"] > 3
    assert station("office", "backup", "--data", str(data), "--to", str(target)).returncode == 5, "it is not empty"
    assert station("office", "restore", str(target), "--into", str(restored)).returncode == 0
    assert station("office", "restore", str(target), "--into", str(restored)).returncode == 5
    assert station("office", "account", "list", "--data", str(restored)).returncode == 0
    (target / "office.db").write_bytes(b"x")
    assert station("office", "restore", str(target), "--into", str(folder / "lain")).returncode == 5
    none = station("office", "restore", str(folder / "usb-kosong"), "--into", str(folder / "lain"), words=True)
    assert (none.returncode, "Traceback" in none.stderr) == (2, False)


def test_accounts_are_made_listed_changed_and_taken_away(data: Path) -> None:
    def account(*arguments: str) -> subprocess.CompletedProcess[str]:
        return station("office", "account", *arguments, "--data", str(data))

    assert account("add", "kepala", "--name", "Kepala Contoh", "--administrator").returncode == 0
    assert account("add", "lihat", "--name", "Pembaca Contoh").returncode == 0
    assert account("add", "lihat", "--name", "Pembaca Contoh").returncode == 2, "the name is taken"
    found = json.loads(account("list").stdout)
    assert [(who["login"], who["administrator"]) for who in found] == [("kepala", True), ("lihat", False)]
    assert account("password", "lihat").returncode == 0
    assert account("password", "siapa").returncode == 2
    assert account("remove", "lihat").returncode == 0
    assert account("remove", "kepala").returncode == 3, "somebody must remain"


def test_a_kit_is_released_from_quarantine_but_never_from_revocation(data: Path) -> None:
    from station.office.serve import open_office

    at = ("--data", str(data), "--kit", "KIT-UJI")
    assert station("office", "release", *at).returncode == 2, "it is not in quarantine"
    office = open_office(ServeOptions(data), serving=False)
    with office.database.write() as connection:
        connection.execute(kit_table.update().values(state=QUARANTINED, reason="office-ledger-forked"))
    office.close()
    assert station("office", "release", *at).returncode == 0
    assert station("office", "revoke", *at, "--reason", "hilang di jalan").returncode == 0
    assert station("office", "release", *at).returncode == 2
    assert station("office", "revoke", "--data", str(data), "--kit", "KIT-X", "--reason", "x").returncode == 2


def test_a_wrong_folder_makes_no_new_office(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "station", "office", "account", "list", "--data", str(tmp_path / "kantor")]
    wrong = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert wrong.returncode == 2
    assert "--data" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert not (tmp_path / "kantor").exists()
