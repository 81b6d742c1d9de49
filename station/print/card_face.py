"""Draws the front of a card at the printer's resolution, from a layout that is data.

A text that does not fit is shrunk to its smallest size, then refused: nothing is cut.
Every face carries SPESIMEN; there is no crest and no security pattern. The colour of the
photo's background is in the photo itself and is not written on the card.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from station.domain.errors import BadInput
from station.domain.person import Biodata, Citizenship
from station.print.records import PrintRecord

_FONT_PACKAGE, _FONT_FOLDER = "reportlab", "fonts"
_REGULAR, _BOLD = "Vera.ttf", "VeraBd.ttf"
_BELIEVERS = "KEPERCAYAAN TERHADAP TUHAN YME"


@dataclass(frozen=True, slots=True)
class IssuePlace:
    """What the card says of its issue: place, and the local day."""

    city: str
    day: date


def render_front(record: PrintRecord, issue: IssuePlace) -> bytes:
    """Return the front as PNG of 1035 x 661 pixels at 300 dpi; raises BadInput when a text does not fit."""
    layout = _layout()
    card = layout["card"]
    face = Image.new("RGB", (card["width"], card["height"]), card["paper"])
    draw = ImageDraw.Draw(face)
    texts = card_texts(record.biodata, issue)
    for line in layout["heading"]["lines"]:
        font = _fitting(draw, texts[line["field"]], _BOLD, line)
        draw.text((layout["heading"]["centre"], line["y"]), texts[line["field"]], card["ink"], font, anchor="mt")
    for field in layout["field"]:
        _draw_field(draw, field, layout, texts)
    _paste_photo(face, record.photo_jpeg, layout["photo"])
    _paste_signature(face, record.signature_png, layout["signature"])
    _stamp_specimen(face, layout["specimen"])
    buffer = io.BytesIO()
    face.save(buffer, "PNG", dpi=(card["dpi"], card["dpi"]), compress_level=3)
    return buffer.getvalue()


def card_texts(biodata: Biodata, issue: IssuePlace) -> Mapping[str, str]:
    """Return every text of the face by field name."""
    citizen = biodata.citizenship is Citizenship.INDONESIAN
    return {
        "province_line": f"PROVINSI {biodata.province}".upper(),
        "regency_line": biodata.regency.upper(),
        "nik": biodata.nik,
        "name": biodata.name,
        "birth": f"{biodata.birth_place}, {biodata.birth_date:%d-%m-%Y}",
        "sex": biodata.sex.value,
        "blood": f"Gol. Darah : {biodata.blood_type}",
        "address": biodata.address,
        "neighbourhood": biodata.neighbourhood,
        "village": biodata.village,
        "district": biodata.district,
        "religion": biodata.religion,
        "marital_status": biodata.marital_status.value,
        "occupation": biodata.occupation,
        "citizenship": biodata.citizenship.value,
        "valid_until": "SEUMUR HIDUP" if citizen else "SESUAI IZIN TINGGAL",
        "issue_place": issue.city.upper(),
        "issue_day": f"{issue.day:%d-%m-%Y}",
    }


def _draw_field(
    draw: ImageDraw.ImageDraw, field: Mapping[str, Any], layout: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    text, ink = texts[field["field"]], layout["card"]["ink"]
    bold = _BOLD if field["field"] in ("nik", "name") else _REGULAR
    if field["label"]:
        label = "Kepercayaan" if text.upper() == _BELIEVERS else field["label"]
        baseline = field["y"] + field["size"]
        label_font = _font(_REGULAR, layout["labels"]["size"])
        draw.text((layout["labels"]["x"], baseline), label, ink, label_font, anchor="ls")
        draw.text((field["x"] - 16, baseline), ":", ink, label_font, anchor="ls")
    font = _fitting(draw, text, bold, field)
    draw.text((field["x"], field["y"] + field["size"]), text, ink, font, anchor="ls")


def _fitting(draw: ImageDraw.ImageDraw, text: str, face: str, field: Mapping[str, Any]) -> ImageFont.FreeTypeFont:
    for size in range(field["size"], field["smallest"] - 1, -1):
        font = _font(face, size)
        if draw.textlength(text, font) <= field["width"]:
            return font
    raise BadInput("card-face-text-too-long", field=field["field"], text=text)


def _paste_photo(face: Image.Image, photo: bytes, box: Mapping[str, int]) -> None:
    image = Image.open(io.BytesIO(photo)).convert("RGB")
    face.paste(image.resize((box["width"], box["height"]), Image.Resampling.LANCZOS), (box["x"], box["y"]))


def _paste_signature(face: Image.Image, signature: bytes, box: Mapping[str, int]) -> None:
    ink = Image.open(io.BytesIO(signature)).convert("L")
    ink.thumbnail((box["width"], box["height"]), Image.Resampling.LANCZOS)
    mask = ink.point(lambda value: 255 - value)
    left = box["x"] + (box["width"] - ink.width) // 2
    face.paste(Image.new("RGB", ink.size, "#101418"), (left, box["y"] + (box["height"] - ink.height) // 2), mask)


def _stamp_specimen(face: Image.Image, stamp: Mapping[str, Any]) -> None:
    mark, left, top = _specimen_mark(face.width, face.height)
    face.paste(Image.new("RGB", mark.size, stamp["colour"]), (left, top), mark)


@lru_cache(maxsize=2)
def _specimen_mark(width: int, height: int) -> tuple[Image.Image, int, int]:
    stamp = _layout()["specimen"]
    mark = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mark).text(
        (width // 2, height // 2), stamp["text"], stamp["opacity"], _font(_BOLD, stamp["size"]), anchor="mm"
    )
    turned = mark.rotate(stamp["angle"], Image.Resampling.BICUBIC)
    box = turned.getbbox() or (0, 0, width, height)
    return turned.crop(box), box[0], box[1]


@lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    with (files(_FONT_PACKAGE) / _FONT_FOLDER / face).open("rb") as file:
        return ImageFont.truetype(io.BytesIO(file.read()), size)


@lru_cache(maxsize=1)
def _layout() -> dict[str, Any]:
    return tomllib.loads((files("station.print") / "card_layout.toml").read_text(encoding="utf-8"))
