"""Draws both faces of a card at the printer's resolution, from a layout that is data.

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
from enum import Enum
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
_LABEL_GAP_PX = 16


class CardSide(Enum):
    """A face of the card; the value names its part of the layout."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class IssuePlace:
    """What the card says of its issue: place, and the local day."""

    city: str
    day: date


@dataclass(frozen=True, slots=True)
class FaceText:
    """One text of a face with the label printed before it, empty where there is none."""

    label: str
    text: str


def render_face(side: CardSide, record: PrintRecord, issue: IssuePlace) -> bytes:
    """Return one face as PNG of 1035 x 661 pixels at 300 dpi; raises BadInput when a text does not fit."""
    layout = _layout()
    card, plan = layout["card"], layout[side.value]
    face = Image.new("RGB", (card["width"], card["height"]), card["paper"])
    draw = ImageDraw.Draw(face)
    texts = card_texts(record.biodata, issue)
    for line in plan["lines"]:
        text = _text_of(line, texts)
        draw.text((card["width"] // 2, line["y"]), text, card["ink"], _fitting(draw, text, line), anchor="mt")
    for field in plan["field"]:
        _draw_field(draw, field, layout, texts)
    if "photo" in plan:
        _paste_photo(face, record.photo_jpeg, plan["photo"])
    if "signature" in plan:
        _paste_signature(face, record.signature_png, plan["signature"], card["ink"])
    _stamp_specimen(face, layout["specimen"])
    buffer = io.BytesIO()
    face.save(buffer, "PNG", dpi=(card["dpi"], card["dpi"]), compress_level=3)
    return buffer.getvalue()


def face_texts(side: CardSide, biodata: Biodata, issue: IssuePlace) -> tuple[FaceText, ...]:
    """Return what a face says of the person, from top to bottom, for eyes that compare it with the card."""
    texts = card_texts(biodata, issue)
    plan = _layout()[side.value]
    heading = [FaceText("", _text_of(line, texts)) for line in plan["lines"] if "field" in line]
    fields = [FaceText(_label(field, texts).strip(), _text_of(field, texts)) for field in plan["field"]]
    return (*heading, *fields) if side is CardSide.FRONT else (*fields, *heading)


def card_texts(biodata: Biodata, issue: IssuePlace) -> Mapping[str, str]:
    """Return every text of both faces by field name."""
    citizen = biodata.citizenship is Citizenship.INDONESIAN
    city, regency = issue.city.upper(), biodata.regency.upper()
    return {
        "province_line": f"PROVINSI {biodata.province}".upper(),
        "regency_line": regency,
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
        "issue_place": city,
        "issue_day": f"{issue.day:%d-%m-%Y}",
        "issuer": f"DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL {regency}",
        "printed": f"{city}, {issue.day:%d-%m-%Y}",
        "return_line": f"Bila ditemukan, serahkan ke dinas kependudukan {regency}.",
    }


def _text_of(item: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    return str(item["text"]) if "text" in item else texts[item["field"]]


def _label(field: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    believer = field["field"] == "religion" and texts["religion"].upper() == _BELIEVERS
    return "Kepercayaan" if believer else str(field["label"])


def _draw_field(
    draw: ImageDraw.ImageDraw, field: Mapping[str, Any], layout: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    text, ink, label = texts[field["field"]], layout["card"]["ink"], _label(field, texts)
    baseline = field["y"] + field["size"]
    if label:
        label_font = _font(_REGULAR, layout["labels"]["size"])
        draw.text((layout["labels"]["x"], baseline), label, ink, label_font, anchor="ls")
        draw.text((field["x"] - _LABEL_GAP_PX, baseline), ":", ink, label_font, anchor="ls")
    draw.text((field["x"], baseline), text, ink, _fitting(draw, text, field), anchor="ls")


def _fitting(draw: ImageDraw.ImageDraw, text: str, item: Mapping[str, Any]) -> ImageFont.FreeTypeFont:
    face = _BOLD if item.get("bold") else _REGULAR
    for size in range(item["size"], item["smallest"] - 1, -1):
        font = _font(face, size)
        if draw.textlength(text, font) <= item["width"]:
            return font
    raise BadInput("card-face-text-too-long", field=item.get("field", ""), text=text)


def _paste_photo(face: Image.Image, photo: bytes, box: Mapping[str, int]) -> None:
    image = Image.open(io.BytesIO(photo)).convert("RGB")
    face.paste(image.resize((box["width"], box["height"]), Image.Resampling.LANCZOS), (box["x"], box["y"]))


def _paste_signature(face: Image.Image, signature: bytes, box: Mapping[str, int], colour: str) -> None:
    ink = Image.open(io.BytesIO(signature)).convert("L")
    ink.thumbnail((box["width"], box["height"]), Image.Resampling.LANCZOS)
    mask = ink.point(lambda value: 255 - value)
    left = box["x"] + (box["width"] - ink.width) // 2
    face.paste(Image.new("RGB", ink.size, colour), (left, box["y"] + (box["height"] - ink.height) // 2), mask)


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
