"""The chain from a chip's signature to an authority the centre named: whole, broken, expired, revoked."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.cards.sam import Sam
from simulators.cards.test_authority import SIGNER_NAME, SIGNER_SERIAL, VALID_FROM, signer_certificate, trust_list
from station.domain.errors import Refused, StationError, Tampered
from station.keys.signing import SoftwareSigner
from station.print.chip.ocp1_wire import FILE_BYTES, ChipState, ElementaryFile
from station.print.chip.signer import CardTrust
from station.print.queue import JobState
from station.print.states import IntentState
from tests.unit.print.chip_bench import STATION, TRUST, ChipBench, chip_record
from tests.unit.print.print_bench import CENTRE, NOW, OPERATOR, PrintBench, PrintWorld

INTENT = "0" * 31 + "7"
CHIP_BYTES = 8192
STRANGER_SCALAR = 77


async def _written(bench: ChipBench) -> None:
    sam, card = await bench.channels()
    await bench.profile.personalise(sam, card, bench.profile.prepare(chip_record()), INTENT, STATION, TRUST)


def _later(years: int) -> CardTrust:
    return replace(TRUST, at=TRUST.at + timedelta(days=365 * years))


async def test_a_chip_names_its_signer_and_authority_and_still_fits_eight_kilobytes() -> None:
    bench = ChipBench()
    await _written(bench)
    verified = await bench.profile.verify(*await bench.channels(), TRUST)
    assert verified.signer.name == SIGNER_NAME
    assert verified.signer.authority == "OTORITAS KARTU UJI"
    assert verified.signer.test
    assert signer_certificate() in bench.chip.files[ElementaryFile.SOD]
    assert sum(FILE_BYTES.values()) <= CHIP_BYTES
    assert all(len(content) <= FILE_BYTES[file] for file, content in bench.chip.files.items())


@pytest.mark.parametrize(
    ("trust", "message"),
    [
        (replace(TRUST, authorities=()), "chip-trust-missing"),
        (replace(TRUST, authorities=(signer_certificate(),)), "chip-signer-untrusted"),
        (replace(TRUST, authorities=(b"no certificate",)), "chip-signer-untrusted"),
        (replace(TRUST, revoked=frozenset({f"{SIGNER_SERIAL:x}"})), "chip-signer-revoked"),
        (_later(18), "chip-signer-expired"),
        (replace(TRUST, at=VALID_FROM - timedelta(days=1)), "chip-signer-not-yet"),
    ],
)
async def test_a_chip_whose_chain_does_not_hold_is_refused_with_the_reason(trust: CardTrust, message: str) -> None:
    bench = ChipBench()
    await _written(bench)
    with pytest.raises(StationError, match=message):
        await bench.profile.verify(*await bench.channels(), trust)


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        (signer_certificate(not_after=datetime(2026, 1, 1, tzinfo=UTC)), "sam-signer-expired"),
        (signer_certificate(authority_scalar=STRANGER_SCALAR), "sam-signer-untrusted"),
        (signer_certificate(not_before=datetime(2027, 1, 1, tzinfo=UTC)), "sam-signer-not-yet"),
        (b"bukan sertifikat", "sam-signer-malformed"),
    ],
    ids=["expired", "untrusted", "not-yet", "malformed"],
)
async def test_a_module_with_a_bad_certificate_writes_no_chip(certificate: bytes, message: str) -> None:
    bench = ChipBench()
    bench.module = Sam(certificate=certificate)
    bench.sam_slot.remove()
    bench.sam_slot.insert(bench.module)
    with pytest.raises(Tampered, match=message):
        await _written(bench)
    assert bench.chip.mark.state is ChipState.BLANK


async def test_an_object_signed_by_another_key_under_a_good_certificate_is_found() -> None:
    bench = ChipBench()
    bench.module._signing_key = ec.generate_private_key(ec.SECP256R1())
    await _written(bench)
    with pytest.raises(Tampered, match="signature-wrong"):
        await bench.profile.verify(*await bench.channels(), TRUST)


@pytest.fixture
def room(tmp_path: Path) -> PrintBench:
    return PrintBench(PrintWorld(3), tmp_path / "station.db")


def _tell(room: PrintBench, number: int, revoked: tuple[int, ...], signer: SoftwareSigner = CENTRE) -> None:
    policy = {"number": number, "card_trust": base64.b64encode(trust_list(signer, number, revoked)).decode()}
    with room.database.write() as connection:
        room.queue.apply_policy(connection, policy, NOW)


async def test_a_revoked_module_is_stopped_before_a_blank_moves_and_stays_so(room: PrintBench) -> None:
    job = room.deliver()
    await room.activate()
    _tell(room, 2, (SIGNER_SERIAL,))
    _tell(room, 1, ())
    with pytest.raises(Refused, match="sam-signer-revoked"):
        await room.production.produce(OPERATOR, job)
    assert room.world.mechanism.tallies.picked == 0
    room.close()


async def test_a_card_whose_signer_is_revoked_after_printing_is_not_confirmed_and_its_job_waits_again(
    room: PrintBench,
) -> None:
    job = room.deliver()
    await room.activate()
    made = await room.production.produce(OPERATOR, job)
    room.world.hands.take_output()
    _tell(room, 2, (SIGNER_SERIAL,))
    with pytest.raises(Tampered, match="chip-signer-revoked"):
        await room.production.confirm(OPERATOR, made.intent_id)
    assert room.production.open_intents()[0].state == IntentState.EJECTED.value
    assert room.queue.job(job).state is JobState.QUEUED
    room.close()


async def test_a_trust_list_nobody_but_the_centre_signed_changes_nothing(room: PrintBench) -> None:
    room.deliver()
    with pytest.raises(Tampered):
        _tell(room, 9, (SIGNER_SERIAL,), SoftwareSigner.generate())
    assert room.queue.card_trust().revoked == frozenset()
    room.close()


async def test_before_any_list_came_the_gate_says_to_synchronise(room: PrintBench) -> None:
    await room.activate()
    findings = {finding.message_id for finding in (await room.production.equipment_gate(OPERATOR)).blocking}
    assert "sam-trust-missing" in findings
    room.close()
