"""What the office keeps and passes on: media, backups, checkpoints, policy."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from station.domain.errors import StationError, Tampered
from station.office import feed, tables
from station.office.backup import make_backup, restore_backup, verify_backup
from station.office.checkpoint import make_checkpoint, merkle_root, verifier_key
from station.office.context import Office
from station.office.kits import new_code
from station.office.medium import take_medium
from station.office.policy import pass_policy_on
from station.office.serve import RunningOffice, ServeOptions, open_office
from station.store.records import record_status_history
from station.sync.wire import dumps
from tests.integration.office.conftest import TestKit, fresh_keys, make_kit


async def test_a_medium_carries_packets_batches_receipts_and_the_feed(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    item = paired.queue(paired.seal())
    event = paired.say("siak_request", dumps({"niks": ["6311010101080001"]}))
    now = datetime.now(UTC)
    body = {"nik": "6311010101080001", "packet_id": item, "status": "X", "at": now.isoformat(), "note": ""}
    with office.office.database.write() as connection:
        feed.append(connection, "KIT-1", "status", dumps(body), now)

    written = await paired.engine.export_medium(tmp_path / "usb")
    await paired.engine.export_medium(tmp_path / "usb")
    taken = take_medium(office.office, tmp_path / "usb")
    again = take_medium(office.office, tmp_path / "usb")
    read = await paired.engine.import_medium(tmp_path / "usb")

    assert (written.packets, written.batch) == (1, True)
    assert (taken.packets, taken.batches, taken.refused) == (1, 1, ())
    assert again == taken
    assert (read.receipts, read.feed_items, read.batch) == (1, 1, True)
    assert paired.outbox_states() == {item: "delivered", event: "delivered"}
    on_medium = b"".join(path.read_bytes() for path in (tmp_path / "usb").rglob("*") if path.is_file())
    assert b"6311010101080001" not in on_medium, "nothing readable lies on the medium"
    report = await paired.engine.run_once("lan")
    assert (report.packets_sent, report.events_sent, report.feed_items) == (0, 0, 0)
    with office.office.database.read() as connection:
        assert len(connection.execute(select(tables.event)).all()) == 1


async def test_a_damaged_file_on_a_medium_stops_no_other(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    bad, good = paired.queue(paired.seal()), paired.queue(paired.seal(seed=2))
    await paired.engine.export_medium(tmp_path / "usb")
    path = tmp_path / "usb" / "station-medium" / "KIT-1" / f"{bad}.packet"
    path.write_bytes(path.read_bytes()[:-1])
    taken = take_medium(office.office, tmp_path / "usb")
    assert taken.packets == 1
    assert [name for name, _reason in taken.refused] == [f"{bad}.packet"]
    await paired.engine.import_medium(tmp_path / "usb")
    assert paired.outbox_states() == {bad: "waiting", good: "delivered"}


async def test_a_backup_brings_the_same_office_back(paired: TestKit, office: RunningOffice, tmp_path: Path) -> None:
    paired.queue(paired.seal())
    await paired.engine.run_once("lan")
    make_backup(office.office, tmp_path / "backup")
    restore_backup(tmp_path / "backup", tmp_path / "again")
    office.stop()

    with RunningOffice(ServeOptions(tmp_path / "again", port=0, intake=False)) as restored:
        paired.at(restored.url)
        paired.queue(paired.seal(seed=2))
        report = await paired.engine.run_once("lan")
        assert (report.receipts, report.problems) == (1, ())
        with restored.office.database.read() as connection:
            assert len(connection.execute(select(tables.packet)).all()) == 2


async def test_a_kit_hears_what_an_office_restored_from_a_backup_writes_next(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    await paired.engine.run_once("lan")
    make_backup(office.office, tmp_path / "backup")
    _tell(office.office, "L-1", "L-2", "L-3")
    await paired.engine.run_once("lan")
    office.stop()
    restore_backup(tmp_path / "backup", tmp_path / "again")

    with RunningOffice(ServeOptions(tmp_path / "again", port=0, intake=False)) as restored:
        _tell(restored.office, "N-1", "N-2")
        paired.at(restored.url)
        for _visit in range(2):
            assert (await paired.engine.run_once("lan")).problems == ()
        _tell(restored.office, "N-3")
        assert (await paired.engine.run_once("lan")).problems == ()
    with paired.database.read() as connection:
        known = {row.packet_id for row in connection.execute(select(record_status_history))}
    assert {"N-1", "N-2", "N-3"} <= known, "nothing written after the restoration is passed over"


def _tell(office: Office, *packet_ids: str) -> None:
    with office.database.write() as connection:
        for packet_id in packet_ids:
            at = office.clock.now()
            body = {"nik": f"63110101010900{packet_id[-1]}1", "packet_id": packet_id, "status": "PROCESSING"}
            feed.append(connection, "KIT-1", "status", dumps({**body, "at": at.isoformat()}), at)


async def test_a_damaged_backup_is_found(paired: TestKit, office: RunningOffice, tmp_path: Path) -> None:
    assert paired.engine.status().paired
    make_backup(office.office, tmp_path / "backup")
    database = tmp_path / "backup" / "office.db"
    content = bytearray(database.read_bytes())
    content[100] ^= 1
    database.write_bytes(bytes(content))
    with pytest.raises(Tampered, match=r"office\.db"):
        verify_backup(tmp_path / "backup")


def test_the_daily_checkpoint_can_be_verified_by_anyone(tmp_path: Path) -> None:
    office = open_office(ServeOptions(tmp_path / "office"))
    note = make_checkpoint(office)
    assert note is not None
    assert make_checkpoint(office) is None, "one a day"
    text, _blank, signature = note.partition("\n\n")
    name, key_hash, key = verifier_key(office.secrets.note_key).split("+", 2)
    raw = base64.b64decode(signature.strip().split(" ")[2])
    assert raw[:4].hex() == key_hash
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:]).verify(raw[4:], (text + "\n").encode())
    assert text.split("\n")[0] == name
    office.close()


@pytest.mark.parametrize(
    ("leaves", "root"),
    [
        ([], hashlib.sha256(b"").hexdigest()),
        ([""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (["", "00"], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (["", "00", "10"], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"],
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ],
)
def test_merkle_roots_equal_the_published_vectors_of_certificate_transparency(leaves: list[str], root: str) -> None:
    assert merkle_root([bytes.fromhex(leaf) for leaf in leaves]).hex() == root


async def test_a_changed_policy_reaches_every_kit_once(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    def hear(_connection: Any, body: dict[str, Any], _at: datetime) -> None:
        heard.append(body)

    centre = PolicyCentre()
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options, open_office(options, centre=centre)) as office:
        kit = make_kit(tmp_path / "kit", office.url, handlers={"policy": hear})
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        assert pass_policy_on(office.office) == 0, "nothing was ever decided"
        centre.now = {"number": 1, "scarcity": True}
        assert [pass_policy_on(office.office), pass_policy_on(office.office)] == [1, 0]
        await kit.engine.run_once("lan")
    assert heard == [{"number": 1, "scarcity": True}]


async def test_a_kit_that_pairs_after_the_switch_hears_the_newest_policy_with_its_first_feed(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []

    def ear(name: str) -> Any:
        return lambda _connection, body, _at: heard.append((name, body["number"]))

    centre = PolicyCentre()
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options, open_office(options, centre=centre)) as office:
        for number in (1, 3, 2):  # the last: a centre that was set back
            centre.now = {"number": number, "scarcity": True, "card_trust": "x"}
            pass_policy_on(office.office)
        keys = fresh_keys()
        for folder in ("kit", "restored"):
            kit = make_kit(tmp_path / folder, office.url, handlers={"policy": ear(folder)}, keys=keys)
            await kit.engine.pair(new_code(office.office, "KIT-1"))
            assert (await kit.engine.run_once("lan")).problems == ()
        assert pass_policy_on(office.office) == 0
    assert heard[0] == ("kit", 3)
    assert heard[-1] == ("restored", 3)
    assert {number for _name, number in heard} == {3}


async def test_card_signers_reach_a_kit_though_no_policy_was_ever_decided(tmp_path: Path) -> None:
    heard: list[object] = []
    centre = PolicyCentre()
    centre.now = {"number": 0, "card_trust": "list-1"}
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options, open_office(options, centre=centre)) as office:
        pass_policy_on(office.office)
        ear = {"policy": lambda _connection, body, _at: heard.append(body["card_trust"])}
        kit = make_kit(tmp_path / "kit", office.url, handlers=ear)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        await kit.engine.run_once("lan")
        centre.now = {"number": 0, "card_trust": "list-2"}
        assert [pass_policy_on(office.office), pass_policy_on(office.office)] == [1, 0]
        await kit.engine.run_once("lan")
    assert heard == ["list-1", "list-2"]


class PolicyCentre:
    """A centre that only has a policy."""

    now: dict[str, Any] = {"number": 0, "scarcity": False}  # noqa: RUF012 - set by one test

    def policy(self) -> dict[str, Any]:
        return dict(self.now)

    def public_key(self) -> bytes | None:
        return None

    def close(self) -> None:
        """Have nothing to close."""

    def __getattr__(self, name: str) -> Any:
        raise StationError("office-centre-not-set", asked=name)


def test_cbor_of_a_checkpoint_leaf_is_canonical() -> None:
    assert cbor2.dumps(["KIT-1", 3, b"x"], canonical=True) == bytes.fromhex("83654b49542d31034178")
