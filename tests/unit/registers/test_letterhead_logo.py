"""The office's own picture left of the letterhead; without one, no document has any."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader

from station.config import LetterheadConfig, load_config
from station.domain.errors import BadInput
from station.registers.document import Document
from station.registers.pdf import pdf_bytes
from station.registers.workbook import xlsx_bytes
from tests.unit.registers.register_samples import paper_head, session_documents


def attendance(logo_file: str = "") -> Document:
    head = paper_head()
    return session_documents(replace(head, config=LetterheadConfig(logo_file=logo_file)))[0]


def pictures(document: Document) -> tuple[int, int]:
    first = PdfReader(BytesIO(pdf_bytes(document))).pages[0]
    media = [name for name in ZipFile(BytesIO(xlsx_bytes(document))).namelist() if name.startswith("xl/media/")]
    return len(first.images), len(media)


def test_no_document_has_a_picture_of_its_own() -> None:
    assert pictures(attendance()) == (0, 0)


@pytest.mark.parametrize("name", ["lambang.png", "lambang.jpg"])
def test_the_offices_picture_stands_in_pdf_and_workbook(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (900, 1200), (40, 90, 160)).save(tmp_path / name)
    document = attendance(str(tmp_path / name))
    assert pictures(document) == (1, 1)
    assert len(pdf_bytes(document)) < 200_000
    text = PdfReader(BytesIO(pdf_bytes(document))).pages[0].extract_text()
    assert "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL" in text


def test_a_file_that_is_no_picture_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "rusak.png").write_bytes(b"not a picture")
    for path in (tmp_path / "rusak.png", tmp_path / "tidak-ada.png"):
        with pytest.raises(BadInput) as found:
            attendance(str(path))
        assert (found.value.message_id, found.value.params["path"]) == ("registers-logo-unusable", str(path))


def test_kit_toml_names_the_picture_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text('[kit]\nid = "KIT-1"\n[letterhead]\nlogo_file = "lambang.png"\n', "utf-8")
    assert load_config(tmp_path / "kit.toml").letterhead.logo_file == str(tmp_path / "lambang.png")
