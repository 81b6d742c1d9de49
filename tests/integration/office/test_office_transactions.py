"""A received packet goes out as an ANSI/NIST-ITL transaction: the pictures the kit recorded, and a reason kept."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cbor2
import nistitl
import pytest
from sqlalchemy import select

from simulators.people import Person, make_person
from station.biometrics.records.finger_image import decode_fingers
from station.capture.packet import Member, open_packet
from station.domain.errors import BadInput, NotFound, StorageFailure, Tampered
from station.domain.sample import Finger
from station.office.context import Office
from station.office.serve import RunningOffice
from station.office.tables import evidence
from station.office.transactions import export_transaction
from tests.integration.office.conftest import TestKit
from tests.integration.office.enrolled_people import members_of

PERSON = make_person(11, 0, date(2026, 3, 2), missing_fingers=frozenset({Finger.RIGHT_THUMB, Finger.LEFT_LITTLE}))
REASON = "permintaan sistem lama, surat 12"


def with_reasons(person: Person) -> Iterator[Member]:
    """Yield the person's members, the right thumb gone for good and the left little finger bandaged."""
    for member in members_of(person):
        if member.name != "exceptions.cbor":
            yield member
    entry = {"reason": "tidak_ada", "note": "", "confirmed_by": "s1"}
    gone = [
        {**entry, "part": "finger:1", "permanent": True},
        {**entry, "part": "finger:2", "permanent": True, "reason": "lain"},
        {**entry, "part": "finger:10", "permanent": False, "reason": "dibalut"},
    ]
    yield Member("exceptions.cbor", lambda: cbor2.dumps(gone))


async def received(kit: TestKit) -> str:
    packet_id = kit.queue(kit.seal(members=with_reasons(PERSON)))
    report = await kit.engine.run_once()
    assert (report.receipts, report.problems) == (1, ())
    return packet_id


def kept_reasons(office: Office) -> list[str]:
    with office.database.read() as connection:
        query = select(evidence.c.detail).where(evidence.c.kind == "export")
        return list(connection.execute(query).scalars())


async def test_a_transaction_holds_the_pictures_of_the_packet_byte_for_byte(
    office: RunningOffice, paired: TestKit, tmp_path: Path
) -> None:
    packet_id = await received(paired)
    target = tmp_path / "transaksi.an2"
    done = export_transaction(office.office, packet_id, target, REASON)
    assert done.records == (1, 2, *[14] * 8, 10, 17, 17)
    message = nistitl.Message()
    message.parse(target.read_bytes())
    sealed = paired.folder / "packets" / f"{packet_id}.packet"
    contents = open_packet(sealed, (office.office.secrets.sealing_identity,))
    recorded = {item.position: item.data for item in decode_fingers(contents.members["fingers.iso19794-4"])}
    fingers = [message[position] for position in range(2, 2 + 8)]
    written = {int(record["FGP"].value): bytes(record["DATA"].value) for record in fingers}
    assert written == recorded
    assert message[1][3].value == PERSON.biodata.nik
    absent = dict(pair if isinstance(pair, list) else pair.values for pair in message[2][18].value)
    assert absent == {"1": "XX", "10": "UP"}, "a finger of poor quality is not missing"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_why_it_went_out_is_kept_and_no_file_is_overwritten(
    office: RunningOffice, paired: TestKit, tmp_path: Path
) -> None:
    packet_id = await received(paired)
    target = tmp_path / "transaksi.an2"
    with pytest.raises(BadInput):
        export_transaction(office.office, packet_id, target, "  ")
    assert not target.exists()
    assert kept_reasons(office.office) == []
    export_transaction(office.office, packet_id, target, REASON)
    assert [REASON in detail for detail in kept_reasons(office.office)] == [True]
    with pytest.raises(StorageFailure):
        export_transaction(office.office, packet_id, target, REASON)
    with pytest.raises(NotFound):
        export_transaction(office.office, "f" * 32, tmp_path / "lain.an2", REASON)


async def test_a_packet_file_is_taken_only_with_the_signature_of_its_kit(
    office: RunningOffice, paired: TestKit, tmp_path: Path
) -> None:
    sealed = paired.seal(members=with_reasons(PERSON))
    done = export_transaction(office.office, str(sealed.path), tmp_path / "dari-berkas.an2", REASON)
    assert done.packet_id == sealed.manifest.packet_id
    changed = bytearray(sealed.path.read_bytes())
    changed[-1] ^= 1
    sealed.path.write_bytes(changed)
    with pytest.raises(Tampered):
        export_transaction(office.office, str(sealed.path), tmp_path / "rusak.an2", REASON)
    assert not (tmp_path / "rusak.an2").exists()
