"""The command line as a user meets it: words in both languages, exit codes, no stack trace for a mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

PASSWORD = "kata-sandi-contoh-1"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return new_kit(tmp_path)


@pytest.fixture(scope="module")
def shared_kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_kit(tmp_path_factory.mktemp("kit"))


def new_kit(folder: Path) -> Path:
    """A kit without devices, set up, with its administrator and a medium for backups."""
    (folder / "frasa").write_text("frasa sandi contoh")
    (folder / "media").mkdir()
    path = folder / "kit.toml"
    path.write_text(
        '[kit]\nid = "KIT-UJI"\ntpm = "off"\npassphrase_file = "frasa"\n[capture]\nbackup_dirs = ["media"]\n'
    )
    assert station(path, "setup", "--name", "Admin Contoh", "--login", "admin").returncode == 0
    return path


def station(kit: Path | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STATION_LOGIN": "admin", "STATION_PASSWORD": PASSWORD}
    chosen = ["--config", str(kit)] if kit is not None else []
    return subprocess.run(
        [sys.executable, "-m", "station", *chosen, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=90,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def roster(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("XII A")
        sheet.write_row(0, 0, ("NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tgl Lahir"))
        sheet.write_row(1, 0, ("6311060501080001", "MELATI CONTOH", "L", "Paringin", "05-01-2008"))
        sheet.write_row(2, 0, ("63110605010800", "KENANGA CONTOH", "L", "Paringin", "05-01-2008"))
    return path


def test_help_is_indonesian_first_and_english_on_request() -> None:
    indonesian, english = station(None, "--help"), station(None, "--lang", "en", "--help")
    assert indonesian.returncode == english.returncode == 0
    assert "Perintah" in indonesian.stdout
    assert "Commands" in english.stdout
    for command in (
        "check",
        "import",
        "session",
        "sync",
        "backup",
        "print",
        "ledger",
        "province",
        "office",
        "keys",
        "rehearse",
    ):
        assert f"    {command}" in indonesian.stdout
    assert "cli-" not in indonesian.stdout + english.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ledger", "report", "--month", "bulan"), 2),
        (("nonsense",), 2),
        (("import", "tidak-ada.xlsx", "--school", "SMAN 1 CONTOH"), 2),
        (("session", "open", "--school", "SEKOLAH TIDAK ADA"), 2),
        (("sync",), 3),
        (("verify", "tidak-ada.backup"), 5),
        (("packet", "inspect", "tidak-ada.packet"), 5),
    ],
)
def test_a_mistake_gets_words_and_an_exit_code_and_no_stack_trace(
    shared_kit: Path, arguments: tuple[str, ...], code: int
) -> None:
    result = station(shared_kit, *arguments)
    assert result.returncode == code, result.stderr
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_without_settings_the_user_is_told_what_is_missing(tmp_path: Path) -> None:
    result = station(tmp_path / "nowhere.toml", "session", "list")
    assert result.returncode == 2
    assert "nowhere.toml" in result.stderr


def test_a_wrong_password_opens_nothing_and_a_wrong_passphrase_neither(kit: Path) -> None:
    (kit.parent / "frasa").write_text("salah")
    result = station(kit, "session", "list")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


def test_a_roster_is_shown_first_and_imported_on_request(kit: Path, tmp_path: Path) -> None:
    workbook = roster(tmp_path / "siswa.xlsx")
    shown = station(kit, "import", str(workbook), "--school", "SMAN 1 CONTOH")
    assert shown.returncode == 1
    assert "[X]" in shown.stdout
    rejects = tmp_path / "ditolak.xlsx"
    done = station(
        kit, "import", str(workbook), "--school", "SMAN 1 CONTOH", "--yes", "--rejects", str(rejects), "--json"
    )
    answer = json.loads(done.stdout)
    assert (answer["added"], answer["rejected"]) == (1, 1)
    assert rejects.exists()


def test_a_session_runs_from_opening_to_a_proven_backup(kit: Path, tmp_path: Path) -> None:
    station(kit, "import", str(roster(tmp_path / "siswa.xlsx")), "--school", "SMAN 1 CONTOH", "--yes")
    opened = json.loads(station(kit, "session", "open", "--school", "SMAN 1 CONTOH", "--json").stdout)
    session = opened["session_id"]
    assert station(kit, "session", "reconcile", session).returncode == 0
    refused = station(kit, "session", "close", session)
    assert refused.returncode == 3
    backup = json.loads(station(kit, "backup", session, "--json").stdout)
    assert station(kit, "verify", backup["path"]).returncode == 0
    assert station(kit, "session", "close", session).returncode == 0
    restored = station(kit, "restore", backup["path"], "--into", str(tmp_path / "pulih"))
    assert restored.returncode == 0, restored.stderr
    assert "kit.toml" in restored.stdout, "what to do next is said"
    flipped = bytearray(Path(backup["path"]).read_bytes())
    flipped[len(flipped) // 2] ^= 1
    Path(backup["path"]).write_bytes(flipped)
    assert station(kit, "verify", backup["path"]).returncode == 5


def test_a_laptop_without_a_kit_proves_and_restores_with_the_passphrase_of_the_lost_one(
    kit: Path, tmp_path: Path
) -> None:
    station(kit, "import", str(roster(tmp_path / "siswa.xlsx")), "--school", "SMAN 1 CONTOH", "--yes")
    opened = json.loads(station(kit, "session", "open", "--school", "SMAN 1 CONTOH", "--json").stdout)
    backup = json.loads(station(kit, "backup", opened["session_id"], "--json").stdout)["path"]
    bare = tmp_path / "laptop"
    bare.mkdir()
    asked = on_bare_laptop(bare, "verify", backup, secret="")
    assert asked.returncode == 3, asked.stdout
    assert on_bare_laptop(bare, "verify", backup, secret="salah").returncode == 3
    secret = (kit.parent / "frasa").read_text().strip()
    assert on_bare_laptop(bare, "verify", backup, secret=secret).returncode == 0
    assert list(bare.iterdir()) == [], "a proof makes nothing"
    assert on_bare_laptop(bare, "restore", backup, "--into", str(bare / "kit"), secret=secret).returncode == 0
    assert (bare / "kit" / "station.db").exists()


def on_bare_laptop(home: Path, *arguments: str, secret: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "NO_COLOR": "1"}
    environment |= {"STATION_BACKUP_PASSPHRASE": secret} if secret else {}
    command = [sys.executable, "-m", "station", *arguments]
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        command,
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_only_the_custodian_may_receive_blanks(kit: Path) -> None:
    arguments = ("--document", "001/BAST", "--date", "2026-11-02", "--giver", "provinsi:Contoh", "--paper", "50")
    wrong = station(kit, "ledger", "receive", *arguments, "--quantity", "50", "--giver", "tetangga")
    assert wrong.returncode == 2
    done = station(kit, "ledger", "receive", *arguments, "--quantity", "50")
    assert done.returncode == 3, "an administrator is no custodian"
    ahead = station(kit, "ledger", "confirm-day", "--second", "admin")
    assert ahead.returncode == 3, "without a terminal there is nobody to ask for the second password"
    assert "Traceback" not in ahead.stderr
    assert station(kit, "ledger", "verify").returncode == 0
    assert station(kit, "ledger", "balance", "--json").stdout.strip() == "{}"
