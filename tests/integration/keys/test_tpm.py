"""The kit's keys in a TPM: they open on this machine with the passphrase, elsewhere only by the code on paper."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from station.bootstrap import open_station
from station.capture.backup import restore_backup
from station.cli import run
from station.config import load_config
from station.domain.errors import BadInput, NotAllowed, StationError, StorageFailure
from station.keys.keystore import create_keystore, facts_of_keystore, relock_keystore, unlock_keystore
from station.keys.locks import new_recovery_code
from station.keys.tpm import Tpm, find_tpm
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from station.ui.screens.home import HomeScreen
from tests import software_tpm
from tests.capture_desk import OPERATOR, make_desk
from tests.capture_sittings import QuickExaminer
from tests.ui.ui_bench import PASSWORD, kit_config, settle

pytestmark = pytest.mark.skipif(bool(software_tpm.missing()), reason=software_tpm.missing() or "there")
PASSPHRASE = "frasa sandi contoh"


@pytest.fixture(scope="module")
def chip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tpm]:
    with software_tpm.software_tpm(tmp_path_factory.mktemp("laptop") / "tpm") as tpm:
        yield tpm


@pytest.fixture(scope="module")
def other_chip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tpm]:
    with software_tpm.software_tpm(tmp_path_factory.mktemp("spare") / "tpm") as tpm:
        yield tpm


def test_the_keys_open_again_on_the_same_machine(tmp_path: Path, chip: Tpm) -> None:
    made = create_keystore(tmp_path / "keys.json", PASSPHRASE, chip, new_recovery_code())
    opened = unlock_keystore(tmp_path / "keys.json", PASSPHRASE, chip)
    assert (opened.database_key, opened.sealing_identity) == (made.database_key, made.sealing_identity)
    assert facts_of_keystore(tmp_path / "keys.json").needs_tpm


def test_the_same_chip_knows_its_secrets_after_a_restart(tmp_path: Path) -> None:
    with software_tpm.software_tpm(tmp_path / "tpm") as tpm:
        made = create_keystore(tmp_path / "keys.json", PASSPHRASE, tpm)
    with software_tpm.software_tpm(tmp_path / "tpm") as tpm:
        assert unlock_keystore(tmp_path / "keys.json", PASSPHRASE, tpm).database_key == made.database_key


def test_a_copied_file_and_the_passphrase_open_nothing_on_another_machine(
    tmp_path: Path, chip: Tpm, other_chip: Tpm
) -> None:
    create_keystore(tmp_path / "keys.json", PASSPHRASE, chip)
    with pytest.raises(NotAllowed, match="keystore-other-machine"):
        unlock_keystore(tmp_path / "keys.json", PASSPHRASE, other_chip)
    with pytest.raises(NotAllowed, match="keystore-tpm-needed"):
        unlock_keystore(tmp_path / "keys.json", PASSPHRASE, None)


def test_wrong_passphrases_lock_the_chip_and_the_words_say_how_long(tmp_path: Path) -> None:
    code = new_recovery_code()
    with software_tpm.software_tpm(tmp_path / "tpm") as tpm:
        made = create_keystore(tmp_path / "keys.json", PASSPHRASE, tpm, code)
        errors: list[StationError] = []
        while not errors or errors[-1].message_id == "passphrase-wrong":
            assert len(errors) < 40
            with pytest.raises(NotAllowed) as wrong:
                unlock_keystore(tmp_path / "keys.json", f"salah {len(errors)}", tpm)
            errors.append(wrong.value)
        assert errors[-1].message_id == "keystore-tpm-locked"
        minutes = errors[-1].params["minutes"]
        assert isinstance(minutes, int)
        assert minutes >= 1
        with pytest.raises(NotAllowed, match="keystore-tpm-locked"):
            unlock_keystore(tmp_path / "keys.json", PASSPHRASE, tpm)
        opened = unlock_keystore(tmp_path / "keys.json", "", recovery_code=code)
        assert opened.database_key == made.database_key, "who is locked out still has the paper"
    with software_tpm.software_tpm(tmp_path / "tpm") as tpm, pytest.raises(NotAllowed, match="keystore-tpm-locked"):
        unlock_keystore(tmp_path / "keys.json", PASSPHRASE, tpm)  # a restart forgives nothing


def test_the_code_on_paper_opens_anywhere_and_a_mistyped_one_is_named(tmp_path: Path, chip: Tpm) -> None:
    code = new_recovery_code()
    made = create_keystore(tmp_path / "keys.json", PASSPHRASE, chip, code)
    assert code not in (tmp_path / "keys.json").read_text()
    typed = code.lower().replace("-", " ")
    assert unlock_keystore(tmp_path / "keys.json", "", recovery_code=typed).database_key == made.database_key
    swapped = ("A" if code[0] != "A" else "B") + code[1:]
    for mistyped in (swapped, code[:-1], "kode", code + "AAAA"):
        with pytest.raises(BadInput, match="recovery-code-mistyped"):
            unlock_keystore(tmp_path / "keys.json", "", recovery_code=mistyped)
    with pytest.raises(NotAllowed, match="recovery-code-wrong"):
        unlock_keystore(tmp_path / "keys.json", "", recovery_code=new_recovery_code())


def test_new_locks_shut_the_old_ones(tmp_path: Path, chip: Tpm, other_chip: Tpm) -> None:
    path, old, new = tmp_path / "keys.json", new_recovery_code(), new_recovery_code()
    made = create_keystore(path, PASSPHRASE, chip, old)
    relock_keystore(path, "frasa baru", other_chip, new, opened_by=old)
    assert unlock_keystore(path, "frasa baru", other_chip).database_key == made.database_key
    with pytest.raises(NotAllowed, match="keystore-other-machine"):
        unlock_keystore(path, PASSPHRASE, chip)
    with pytest.raises(NotAllowed, match="recovery-code-wrong"):
        unlock_keystore(path, "", recovery_code=old)


def test_a_kit_without_chip_can_be_given_one_later(tmp_path: Path, chip: Tpm) -> None:
    path = tmp_path / "keys.json"
    made = create_keystore(path, PASSPHRASE)
    assert not facts_of_keystore(path).needs_tpm
    relock_keystore(path, PASSPHRASE, chip, new_recovery_code(), opened_by_tpm=chip)
    assert unlock_keystore(path, PASSPHRASE, chip).database_key == made.database_key
    with pytest.raises(NotAllowed, match="keystore-tpm-needed"):
        unlock_keystore(path, PASSPHRASE)


def test_a_chip_that_is_named_and_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="keystore-tpm-missing"):
        create_keystore(tmp_path / "keys.json", PASSPHRASE, find_tpm(f"swtpm:path={tmp_path}/none"))
    assert not (tmp_path / "keys.json").exists()
    assert find_tpm("off") is None


def test_a_changed_blob_of_the_chip_opens_nothing(tmp_path: Path, chip: Tpm) -> None:
    path = tmp_path / "keys.json"
    create_keystore(path, PASSPHRASE, chip)
    document = json.loads(path.read_text())
    for part in ("public", "private"):
        changed = json.loads(path.read_text())
        blob = bytearray.fromhex(document["tpm"][part])
        blob[len(blob) // 2] ^= 1
        changed["tpm"][part] = blob.hex()
        (tmp_path / "changed.json").write_text(json.dumps(changed))
        with pytest.raises(StationError):
            unlock_keystore(tmp_path / "changed.json", PASSPHRASE, chip)


def test_a_backup_of_a_broken_laptop_opens_on_a_spare_one_by_its_code(
    tmp_path: Path, chip: Tpm, other_chip: Tpm
) -> None:
    code = new_recovery_code()
    keys = create_keystore(tmp_path / "data" / "keys.json", PASSPHRASE, chip, code)
    desk = make_desk(tmp_path / "data", keys=keys, examiner=QuickExaminer())
    (tmp_path / "medium").mkdir()
    report = desk.backup().make(OPERATOR, desk.open_session().session_id, tmp_path / "medium")
    desk.database.close()
    with pytest.raises(NotAllowed, match="keystore-other-machine"):
        restore_backup(report.path, tmp_path / "spare", PASSPHRASE, other_chip)
    assert not (tmp_path / "spare").exists()
    restore_backup(report.path, tmp_path / "spare", "frasa laptop baru", other_chip, code)
    opened = unlock_keystore(tmp_path / "spare" / "keys.json", "frasa laptop baru", other_chip)
    assert opened.database_key == keys.database_key
    again = restore_backup(report.path, tmp_path / "again", PASSPHRASE, chip)
    assert again.opened, "the old machine itself needs no paper"
    (tmp_path / "frasa").write_text("frasa ketiga")
    kit_file = tmp_path / "kit.toml"
    kit_file.write_text(f'[kit]\nid = "KIT-UJI"\npassphrase_file = "frasa"\ntpm = "{other_chip.tcti}"\n')
    command = ["restore", str(report.path), "--into", str(tmp_path / "by-command")]
    assert commanded(kit_file, *command) != 0, "without the code it stays shut"
    assert commanded(kit_file, *command, "--recovery", code=code) == 0
    third = unlock_keystore(tmp_path / "by-command" / "keys.json", "frasa ketiga", other_chip)
    assert third.database_key == keys.database_key


def test_a_new_kit_shows_its_code_once(tmp_path: Path, chip: Tpm) -> None:
    kit_file = tmp_path / "kit.toml"
    kit_file.write_text(f'[kit]\nid = "KIT-UJI"\ntpm = "{chip.tcti}"\n')
    config = load_config(kit_file)
    first = open_station(config, PASSPHRASE)
    assert len(first.fresh_recovery_code.split("-")) == 8
    first.close()
    second = open_station(config, PASSPHRASE)
    assert second.fresh_recovery_code == ""
    second.close()


def commanded(kit_file: Path, *arguments: str, code: str = "") -> int:
    """Run a command in this process and return its exit code."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATION_RECOVERY_CODE", code)
        return run(["--config", str(kit_file), *arguments])


def told(kit_file: Path, *arguments: str, code: str = "") -> dict[str, object]:
    """Run `station keys` in this process and return its JSON."""
    out = io.StringIO()
    with redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATION_RECOVERY_CODE", code)
        assert run(["--config", str(kit_file), "keys", *arguments, "--json"]) == 0
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


def test_the_commands_put_a_kit_in_its_chip_and_bring_it_back_after_a_repair(
    tmp_path: Path, chip: Tpm, other_chip: Tpm
) -> None:
    (tmp_path / "frasa").write_text(PASSPHRASE)
    kit_file, settings = tmp_path / "kit.toml", '[kit]\nid = "KIT-UJI"\npassphrase_file = "frasa"\n'
    made = create_keystore(tmp_path / "data" / "keys.json", PASSPHRASE)
    kit_file.write_text(f'{settings}tpm = "{chip.tcti}"\n')
    assert told(kit_file, "show") == {"needs_tpm": False, "has_recovery_code": False}
    code = str(told(kit_file, "protect")["recovery_code"])
    assert told(kit_file, "show") == {"needs_tpm": True, "has_recovery_code": True}
    kit_file.write_text(f'{settings}tpm = "{other_chip.tcti}"\n')  # the board with its chip was changed
    assert told(kit_file, "recover", code=code) == {"needs_tpm": True}
    opened = unlock_keystore(tmp_path / "data" / "keys.json", PASSPHRASE, other_chip)
    assert opened.database_key == made.database_key


async def test_the_first_start_shows_the_code_before_it_goes_home(tmp_path: Path, chip: Tpm) -> None:
    services = open_station(replace(kit_config(tmp_path / "kit"), tpm=chip.tcti), PASSPHRASE)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for text in ("Sari Contoh", "sari", PASSWORD, PASSWORD):
            await pilot.press(*text, "enter")
        await settle(pilot)
        assert isinstance(app.screen, Notice)
        shown = " ".join(str(line.render()) for line in app.screen.query(Static))
        assert services.fresh_recovery_code in shown
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, HomeScreen)
    services.close()


RELOCKER = """
import sys
from pathlib import Path
from station.keys.keystore import relock_keystore
from station.keys.tpm import Tpm
path, tpm, code = Path(sys.argv[1]), Tpm(sys.argv[2]), sys.argv[3]
print("ready", flush=True)
while True:
    relock_keystore(path, sys.argv[4], tpm, code, opened_by=code)
"""


def test_a_power_cut_while_relocking_leaves_old_or_new_locks_never_none(tmp_path: Path, chip: Tpm) -> None:
    path, code = tmp_path / "keys.json", new_recovery_code()
    made = create_keystore(path, PASSPHRASE, chip, code)
    for pause_s in (0.0, 0.13, 0.29, 0.41):
        command = [sys.executable, "-c", RELOCKER, str(path), chip.tcti, code, PASSPHRASE]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(pause_s)
            child.send_signal(signal.SIGKILL)
            child.wait(10)
        assert unlock_keystore(path, PASSPHRASE, chip).database_key == made.database_key
        assert unlock_keystore(path, "", recovery_code=code).database_key == made.database_key
