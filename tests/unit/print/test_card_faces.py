"""Both faces of a card: what they say, what they refuse, and how they reach the printer as one job."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from station.config import PrintConfig
from station.domain.errors import BadInput, Refused
from station.domain.person import Biodata
from station.print.card_face import CardSide, IssuePlace, face_texts, render_face
from station.print.records import PrintRecord
from tests.unit.print.chip_bench import biodata, chip_record
from tests.unit.print.print_bench import NOW, OPERATOR, PrintBench, PrintWorld

PLACE = IssuePlace("Paringin", NOW.date())
RED = (222, 175, 182)


def _record(person: Biodata | None = None) -> PrintRecord:
    record = chip_record()
    return PrintRecord(
        b"", person or record.biodata, record.photo_jpeg, record.signature_png, record.templates, "paket"
    )


@pytest.mark.parametrize("side", CardSide)
def test_every_face_has_the_printers_size_and_says_spesimen_across_it(side: CardSide) -> None:
    face = Image.open(io.BytesIO(render_face(side, _record(), PLACE))).convert("RGB")
    assert face.size == (1035, 661)
    columns = {x for x in range(0, 1035, 5) for y in range(0, 661, 5) if _reddish(face, x, y)}
    assert min(columns) < 260
    assert max(columns) > 700


def _reddish(face: Image.Image, x: int, y: int) -> bool:
    pixel = face.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(found - wanted) < 12 for found, wanted in zip(pixel, RED, strict=True))


def test_the_back_says_whose_card_it_is_who_issued_it_and_that_it_is_none() -> None:
    texts = {text.label: text.text for text in face_texts(CardSide.BACK, biodata(), PLACE)}
    assert texts["NIK"] == biodata().nik
    assert texts["Nama"] == "CONTOH SATU"
    assert texts["Dikeluarkan oleh"].endswith("KABUPATEN BALANGAN")
    assert texts["Dicetak"] == "PARINGIN, 23-11-2026"


def test_the_texts_listed_for_the_eye_are_those_of_the_front() -> None:
    texts = [(text.label, text.text) for text in face_texts(CardSide.FRONT, biodata(), PLACE)]
    assert texts[:3] == [("", "PROVINSI KALIMANTAN SELATAN"), ("", "KABUPATEN BALANGAN"), ("NIK", biodata().nik)]
    assert ("Kel/Desa", "DESA CONTOH") in texts


@pytest.mark.parametrize("side", CardSide)
def test_a_name_that_cannot_be_shrunk_to_fit_is_refused_and_not_cut(side: CardSide) -> None:
    render_face(side, _record(replace(biodata(), name="CONTOH " * 4)), PLACE)
    with pytest.raises(BadInput, match="card-face-text-too-long"):
        render_face(side, _record(replace(biodata(), name="CONTOH " * 14)), PLACE)


async def test_both_faces_reach_the_printer_as_one_job(tmp_path: Path) -> None:
    bench = PrintBench(PrintWorld(2), tmp_path / "station.db")
    await bench.activate()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    (card,) = bench.world.mechanism.output
    assert (card.front_png, card.back_png) == (made.card.front_png, made.card.back_png)
    assert made.card.back_png is not None
    assert (bench.world.mechanism.ribbon_left, bench.world.mechanism.film_left) == (499, 1498)
    bench.close()


async def test_a_room_set_to_one_side_prints_and_prepares_no_back(tmp_path: Path) -> None:
    bench = PrintBench(PrintWorld(2), tmp_path / "station.db", config=PrintConfig(poll_s=0.0, both_sides=False))
    bench.world.mechanism.has_flipper = False
    await bench.activate()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    (card,) = bench.world.mechanism.output
    assert (card.back_png, made.card.back_png, made.card.back_texts) == (None, None, ())
    assert bench.world.mechanism.film_left == 1499
    assert (await bench.production.forecast(OPERATOR)).film_cards == 1500
    bench.close()


async def test_a_printer_without_flipper_is_named_before_a_blank_moves(tmp_path: Path) -> None:
    bench = PrintBench(PrintWorld(2), tmp_path / "station.db")
    bench.world.mechanism.has_flipper = False
    await bench.activate()
    with pytest.raises(Refused, match="print-no-flipper"):
        await bench.production.produce(OPERATOR, bench.deliver())
    assert bench.world.mechanism.tallies.picked == 0
    bench.close()
