"""A card reaches its holder in person: by finger, by signature with a reason, never through a proxy."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.reader import SlotReader
from simulators.cards.test_authority import SIGNER_SERIAL, trust_list
from simulators.people import Person, make_person
from station.biometrics.finger.minutiae import extract
from station.biometrics.records.finger_minutiae import encode_card_minutiae
from station.devices.errors import DeviceUnavailable
from station.devices.fingerprint.interface import FingerCapture, FingerImage, FingerPreview, FingerRequest
from station.devices.identity import DeviceIdentity
from station.devices.signature.interface import PadArea, SignatureCapture, SignatureRequest
from station.domain.errors import BadInput, NotAllowed, NotFound, Refused, Tampered
from station.domain.person import Sex
from station.domain.sample import ColourImage, Finger, PenSample
from station.print.chip.ocp1_wire import ChipState
from station.print.chip.profile import FingerTemplate
from station.print.event_photos import EventPhotos
from station.print.handover import CardCheck, CardPlace, HandOver, HandOverWay
from station.print.queue import JobState
from station.store import outbox, rosters
from tests.unit.print import chip_bench
from tests.unit.print.chip_bench import biodata
from tests.unit.print.print_bench import CENTRE, HEAD, NOW, OPERATOR, SEALING, ZONE, PrintBench, PrintWorld

_DEVICE = DeviceIdentity("station", "test", "1", "1")


class PersonAtTheCounter:
    """A scanner and a pad in front of which somebody stands."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._attempt = 3

    def fingerprint(self) -> Any:
        return self

    def signature(self) -> Any:
        return _Pad(self.person)

    def camera(self) -> Any:
        return self

    async def still(self) -> ColourImage:
        return ColourImage(1600, 1200, bytes(1600 * 1200 * 3))

    async def capture(
        self, request: FingerRequest, _on_preview: Callable[[FingerPreview], None] | None = None
    ) -> FingerCapture:
        self._attempt += 1
        image = self.person.finger_impression(request.fingers[0], self._attempt)
        return FingerCapture((FingerImage(image, request.fingers),), _DEVICE, NOW)


class _Pad:
    def __init__(self, person: Person) -> None:
        self._person = person

    async def capture(
        self, _request: SignatureRequest, _on_sample: Callable[[PenSample], None] | None = None
    ) -> SignatureCapture:
        samples = self._person.signature_samples(0)
        return SignatureCapture(samples, PadArea(9600, 6000, 1023, 200, 100.0), _DEVICE, NOW)


class _NoReader(SlotReader):
    """A reader whose cable was pulled."""

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        raise DeviceUnavailable("desk", "wait")


@pytest.fixture(scope="module")
def holder() -> Person:
    return make_person(11, 1, date(2026, 11, 23))


@pytest.fixture
async def bench(tmp_path: Path, holder: Person, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PrintBench]:
    image = holder.finger_impression(Finger.RIGHT_INDEX, 0)
    template = FingerTemplate(Finger.RIGHT_INDEX, encode_card_minutiae(extract(image)))
    record = replace(chip_bench.chip_record(small=True), templates=(template,))
    monkeypatch.setattr("tests.unit.print.print_bench.chip_record", lambda **_options: record)
    bench = PrintBench(PrintWorld(blanks=2), tmp_path / "station.db")
    await bench.activate()
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, production.intent_id)
    yield bench
    bench.close()


def photos(bench: PrintBench, keep_days: int = 30) -> EventPhotos:
    folder = bench.path.parent / "foto"
    return EventPhotos(bench.database, bench.audit, bench.clock, folder, SEALING, keep_days)


def counter(bench: PrintBench, person: Person, chip: bool = False) -> HandOver:
    return HandOver(
        bench.database,
        kit=PersonAtTheCounter(person),
        queue=bench.queue,
        audit=bench.audit,
        clock=bench.clock,
        ids=bench.ids,
        zone=ZONE,
        photos=photos(bench),
        desk=bench.production if chip else None,
    )


async def test_the_holders_finger_opens_the_envelope_and_nobody_elses(bench: PrintBench, holder: Person) -> None:
    (card,) = counter(bench, holder).cards()
    stranger = make_person(12, 2, date(2026, 11, 23))
    with pytest.raises(Refused, match="handover-finger-differs"):
        await counter(bench, stranger).by_finger(OPERATOR, card.job_id)
    receipt = await counter(bench, holder, chip=True).by_finger(OPERATOR, card.job_id)
    assert receipt.way == HandOverWay.FINGER_CHIP.value
    assert receipt.score >= 70
    assert bench.queue.job(card.job_id).state is JobState.ISSUED
    with pytest.raises(Refused, match="handover-given-already"):
        await counter(bench, holder).by_finger(OPERATOR, card.job_id)
    assert [row.serial for row in counter(bench, holder).receipts()] == [card.serial]
    with bench.database.read() as connection:
        assert len(outbox.items(connection, outbox.OutboxState.WAITING, "event")) == 2


async def test_with_a_module_the_card_itself_is_read_and_another_or_none_is_refused(
    bench: PrintBench, holder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.print.room.CARD_WAIT_S", 0.05)
    desk = counter(bench, holder, chip=True)
    (card,) = desk.cards()
    assert desk.check is CardCheck.CHIP
    bench.world.hands.clear_desk()
    with pytest.raises(Refused, match="handover-lay-card"):
        await desk.by_finger(OPERATOR, card.job_id)
    bench.world.slots["desk"].insert(bench.world.mechanism.hopper[0])
    with pytest.raises(Tampered, match="chip-not-sealed"):
        await desk.by_finger(OPERATOR, card.job_id)
    assert desk.receipts() == []


async def test_without_module_serial_and_seal_are_read_and_the_record_serves(bench: PrintBench, holder: Person) -> None:
    """The laptop in the field: a reader for any card, no module, so the templates on the chip stay closed."""
    desk = counter(bench, holder, chip=True)
    (card,) = desk.cards()
    await bench.production.close()
    assert desk.check is CardCheck.SERIAL
    right = bench.world.slots["desk"].remove()
    assert isinstance(right, ChipCard)
    bench.world.slots["desk"].insert(bench.world.mechanism.hopper[0])
    with pytest.raises(Refused, match="print-serial-differs"):
        await desk.by_finger(OPERATOR, card.job_id)
    with pytest.raises(Refused, match="print-serial-differs"):
        await desk.by_signature(OPERATOR, card.job_id, "jari dibalut")
    bench.world.hands.clear_desk()
    bench.world.slots["desk"].insert(right)
    sealed = right.mark
    right.mark = replace(sealed, state=ChipState.VOID)
    with pytest.raises(Refused, match="handover-card-not-whole"):
        await desk.by_finger(OPERATOR, card.job_id)
    right.mark = sealed
    asked: list[tuple[Finger, HandOverWay]] = []
    receipt = await desk.by_finger(OPERATOR, card.job_id, on_finger=lambda finger, way: asked.append((finger, way)))
    assert asked == [(Finger.RIGHT_INDEX, HandOverWay.FINGER)]
    assert receipt.way == HandOverWay.FINGER.value, "the receipt says that the record was compared, not the chip"


async def test_a_reader_that_is_gone_does_not_stop_the_hand_over(bench: PrintBench, holder: Person) -> None:
    desk = counter(bench, holder, chip=True)
    (card,) = desk.cards()
    bench.world.readers["desk"] = _NoReader("desk", bench.world.slots["desk"])
    assert (await desk.by_finger(OPERATOR, card.job_id)).way == HandOverWay.FINGER.value


async def test_a_signature_needs_a_reason_and_is_kept_as_a_picture(bench: PrintBench, holder: Person) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    with pytest.raises(BadInput, match="handover-signature-needs-reason"):
        await desk.by_signature(OPERATOR, card.job_id, " ")
    receipt = await desk.by_signature(OPERATOR, card.job_id, "jari dibalut")
    assert receipt.signature_png.startswith(b"\x89PNG")
    assert receipt.reason == "jari dibalut"


async def test_a_photo_of_the_event_is_sealed_named_by_the_receipt_and_opened_only_by_who_may(
    bench: PrintBench, holder: Person
) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    photo = await desk.take_photo(OPERATOR)
    receipt = await desk.by_finger(OPERATOR, card.job_id, photo=photo)
    (kept,) = desk.receipts()
    assert kept.photo == receipt.photo == f"foto-serah-{receipt.receipt_id}.jpg.age"
    sealed = (bench.path.parent / "foto" / kept.photo).read_bytes()
    assert b"JFIF" not in sealed
    assert photos(bench).open(HEAD, receipt.receipt_id) == photo
    with pytest.raises(NotAllowed):
        photos(bench).open(OPERATOR, receipt.receipt_id)


async def test_a_changed_photo_is_found_and_a_hand_over_without_photo_has_none(
    bench: PrintBench, holder: Person
) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    receipt = await desk.by_finger(OPERATOR, card.job_id, photo=await desk.take_photo(OPERATOR))
    (bench.path.parent / "foto" / receipt.photo).write_bytes(b"lain")
    with pytest.raises(Tampered, match="handover-photo-changed"):
        photos(bench).open(HEAD, receipt.receipt_id)
    with pytest.raises(NotFound, match="handover-photo-none"):
        photos(bench).open(HEAD, "0" * 32)


async def test_the_photo_of_a_hand_over_under_way_is_not_taken_for_a_left_over(
    bench: PrintBench, holder: Person
) -> None:
    jpeg = await counter(bench, holder).take_photo(OPERATOR)
    attached = threading.Event()

    def hand_over() -> None:
        with bench.database.write() as connection:
            photos(bench).attach(connection, "7" * 32, jpeg, bench.clock.now())
            attached.set()
            time.sleep(0.3)

    other = threading.Thread(target=hand_over)
    other.start()
    attached.wait()
    photos(bench).purge()
    other.join()
    assert photos(bench).open(HEAD, "7" * 32) == jpeg


async def test_photos_are_forgotten_in_time_and_so_is_a_file_a_power_cut_left(
    bench: PrintBench, holder: Person
) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    receipt = await desk.by_finger(OPERATOR, card.job_id, photo=await desk.take_photo(OPERATOR))
    folder = bench.path.parent / "foto"
    (folder / "foto-serah-tanpa-tanda-terima.jpg.age").write_bytes(b"sisa")
    bench.clock.advance(timedelta(days=29))
    assert photos(bench).purge() == 0
    assert [path.name for path in folder.iterdir()] == [receipt.photo]
    bench.clock.advance(timedelta(days=1))
    assert photos(bench).purge() == 1
    assert list(folder.iterdir()) == []
    assert [row.photo for row in desk.receipts()] == [""], "the receipt itself stays"
    assert photos(bench).purge() == 0


async def test_a_card_whose_signer_was_revoked_is_not_handed_over(bench: PrintBench, holder: Person) -> None:
    desk = counter(bench, holder, chip=True)
    (card,) = desk.cards()
    with bench.database.write() as connection:
        bench.queue.apply_policy(connection, {"card_trust": trust_list(CENTRE, 2, (SIGNER_SERIAL,))}, NOW)
    with pytest.raises(Tampered, match="chip-signer-revoked"):
        await desk.by_finger(OPERATOR, card.job_id)
    assert desk.receipts() == []


async def test_a_proxy_is_refused_and_the_card_stays(bench: PrintBench, holder: Person) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    desk.carry(OPERATOR, [card.job_id], "SMA CONTOH")
    desk.refuse_proxy(OPERATOR, card.job_id, "kakak kandung")
    (waiting,) = desk.cards()
    assert (waiting.job_id, waiting.place) == (card.job_id, CardPlace.CARRIED), "it is where it was"
    assert desk.receipts() == []


async def test_uncollected_cards_come_back_into_custody(bench: PrintBench, holder: Person) -> None:
    desk = counter(bench, holder)
    (card,) = desk.cards()
    desk.inspect(OPERATOR, card.job_id)
    desk.carry(OPERATOR, [card.job_id], "SMA CONTOH")
    assert desk.cards()[0].place is CardPlace.CARRIED
    desk.bring_back(OPERATOR, [card.job_id], "tidak hadir")
    assert desk.cards()[0].place is CardPlace.RETURNED


async def test_the_envelope_of_a_school_holds_its_students_only(bench: PrintBench, holder: Person) -> None:
    person = biodata()
    student = rosters.Student(
        "s1", "sekolah", 1, person.nik, person.name, person.birth_place, person.birth_date, Sex.MALE, "XII"
    )
    with bench.database.write() as connection:
        rosters.add_school(connection, rosters.School("sekolah", "SMA CONTOH"), NOW)
        rosters.add_school(connection, rosters.School("lain", "SMK CONTOH"), NOW)
        rosters.add_students(connection, [student], "roster", "op", NOW)
    desk = counter(bench, holder)
    assert len(desk.cards("sekolah")) == 1
    assert desk.cards("lain") == []


async def test_a_card_that_was_never_printed_cannot_be_given(bench: PrintBench, holder: Person) -> None:
    with pytest.raises(NotFound, match="handover-no-card"):
        await counter(bench, holder).by_finger(OPERATOR, "0" * 32)


async def test_the_print_log_tells_what_became_of_every_blank(bench: PrintBench) -> None:
    (line,) = bench.production.print_log(NOW.replace(hour=0), NOW.replace(hour=23))
    assert (line.outcome, line.last_step, line.nik) == ("ok", "ejected", biodata().nik)
    assert bench.production.verify_chain()
