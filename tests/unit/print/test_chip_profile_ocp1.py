"""The open chip profile against the card and the module, whole and torn."""

from __future__ import annotations

import pytest

from simulators.cards.test_keys import TEST_PIN
from station.devices.errors import DeviceRefused, OutcomeUnknown
from station.domain.errors import Refused, StationError, Tampered
from station.print.chip.ocp1_wire import ChipState, ElementaryFile
from station.print.chip.profile import ChipMark, load_profile
from tests.unit.print.chip_bench import STATION, TRUST, ChipBench, chip_record

INTENT = "0" * 31 + "7"
OTHER_INTENT = "0" * 31 + "8"


async def test_a_chip_is_written_sealed_and_read_back_as_the_same_person() -> None:
    bench = ChipBench()
    sam, card = await bench.channels()
    record = chip_record()
    prepared = bench.profile.prepare(record)
    seen: list[int] = []
    await bench.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST, lambda done, _total: seen.append(done))
    verified = await bench.profile.verify(sam, card, TRUST, prepared)
    assert verified.record.biodata == record.biodata
    assert verified.record.templates == record.templates
    assert verified.serial == "04A1B2C3D4E5F6"
    assert prepared.byte_count <= 7040
    assert seen == sorted(seen)
    assert seen[-1] == prepared.byte_count


async def test_the_mark_tells_without_any_key_whose_card_it_is() -> None:
    bench = ChipBench()
    sam, card = await bench.channels()
    assert (await bench.profile.witness(card)).mark is ChipMark.BLANK
    await bench.profile.personalise(sam, card, bench.profile.prepare(chip_record(small=True)), INTENT, STATION, TRUST)
    witness = await bench.profile.witness(card)
    assert (witness.mark, witness.intent_id, witness.station_id) == (ChipMark.SEALED, INTENT, STATION)


async def test_a_sealed_chip_is_never_written_again() -> None:
    bench = ChipBench()
    sam, card = await bench.channels()
    prepared = bench.profile.prepare(chip_record(small=True))
    await bench.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST)
    await bench.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST)
    with pytest.raises(Refused, match="chip-not-blank"):
        await bench.profile.personalise(sam, card, prepared, OTHER_INTENT, STATION, TRUST)
    assert bench.chip.mark.state is ChipState.SEALED


async def test_a_chip_whose_content_was_changed_fails_verification() -> None:
    bench = ChipBench()
    sam, card = await bench.channels()
    await bench.profile.personalise(sam, card, bench.profile.prepare(chip_record(small=True)), INTENT, STATION, TRUST)
    changed = bytearray(bench.chip.files[ElementaryFile.DG1])
    changed[-1] ^= 1
    bench.chip.files[ElementaryFile.DG1] = bytes(changed)
    with pytest.raises(Tampered, match="chip-content-changed"):
        await bench.profile.verify(sam, card, TRUST)


async def test_an_object_copied_to_another_card_fails_verification() -> None:
    bench, other = ChipBench(), ChipBench(bytes.fromhex("04FFFFFFFFFFFF"))
    sam, card = await bench.channels()
    await bench.profile.personalise(sam, card, bench.profile.prepare(chip_record(small=True)), INTENT, STATION, TRUST)
    other.chip.files, other.chip.mark = bench.chip.files, bench.chip.mark
    sam, card = await other.channels()
    with pytest.raises(Tampered, match="chip-object-other-card"):
        await other.profile.verify(sam, card, TRUST)


async def test_a_full_chip_a_blocked_module_and_a_foreign_card_are_told_apart() -> None:
    bench = ChipBench()
    sam, card = await bench.channels(activated=False)
    for tries in (2, 1):
        with pytest.raises(DeviceRefused) as wrong:
            await bench.profile.activate_sam(sam, "999999", STATION)
        assert (wrong.value.message_id, wrong.value.params["tries"]) == ("sam-pin-wrong", tries)
    with pytest.raises(DeviceRefused, match="sam-blocked"):
        await bench.profile.activate_sam(sam, "999999", STATION)
    with pytest.raises(DeviceRefused, match="sam-blocked"):
        await bench.profile.activate_sam(sam, TEST_PIN, STATION)
    bench.chip.defect = 0x6A84
    with pytest.raises(DeviceRefused, match="chip-full"):
        await bench.profile.witness(card)
    bench.chip.defect = 0x6A82
    with pytest.raises(DeviceRefused, match="chip-foreign"):
        await bench.profile.witness(card)


async def test_a_module_bound_to_another_station_is_refused() -> None:
    bench = ChipBench()
    sam, _card = await bench.channels()
    with pytest.raises(DeviceRefused, match="chip-conditions"):
        await bench.profile.activate_sam(sam, TEST_PIN, "K-LAIN")


@pytest.mark.parametrize("written", [0, 5])
async def test_tearing_at_every_command_leaves_the_chip_open_or_whole(written: int) -> None:
    prepared = ChipBench().profile.prepare(chip_record(small=True))
    whole = ChipBench()
    await whole.profile.personalise(*await whole.channels(), prepared, INTENT, STATION, TRUST)
    commands = whole.chip.command_count
    for number in range(1, commands + 1):
        bench = ChipBench()
        sam, card = await bench.channels()
        bench.chip.tear_after(number, written)
        with pytest.raises(OutcomeUnknown):
            await bench.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST)
        assert bench.chip.mark.state in {ChipState.BLANK, ChipState.OPEN}
        sam, card = await bench.channels()
        with pytest.raises((Tampered, StationError)):
            await bench.profile.verify(sam, card, TRUST)
        await bench.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST)
        await bench.profile.verify(sam, card, TRUST, prepared)


async def test_a_voided_chip_holds_nothing() -> None:
    bench = ChipBench()
    sam, card = await bench.channels()
    await bench.profile.personalise(sam, card, bench.profile.prepare(chip_record(small=True)), INTENT, STATION, TRUST)
    await bench.profile.void(sam, card)
    assert bench.chip.files == {}
    assert (await bench.profile.witness(card)).mark is ChipMark.VOID


def test_the_profile_is_found_by_its_entry_point() -> None:
    assert load_profile("ocp1").name == "OCP-1"
