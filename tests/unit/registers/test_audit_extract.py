"""The audit extract is verified by the documented procedure alone: the script is taken from the document itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from station.registers.audit_extract import write_audit_extract
from tests.unit.ledger.ledger_desk import Desk

DOCUMENT = Path(__file__).parents[3] / "docs" / "formats" / "audit-extract.md"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the procedure needs the openssl program")


@pytest.fixture
def extract(golden: Desk, tmp_path: Path) -> Path:
    path = tmp_path / "extract.json"
    assert write_audit_extract(golden.book, path) == golden.book.head().seq
    return path


def verdict(path: Path, folder: Path) -> str:
    script = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    (folder / "verify_extract.py").write_text(script[1], encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", str(folder / "verify_extract.py"), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return (run.stdout + run.stderr).strip().splitlines()[-1]


def test_an_untouched_extract_is_whole(extract: Path, tmp_path: Path) -> None:
    assert verdict(extract, tmp_path) == "WHOLE"
    assert "Contoh" not in extract.read_text(encoding="utf-8").replace("Kab. ", "")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (lambda book: book["entries"][4]["values"].__setitem__(8, 999), "entry 5 was changed, removed or moved"),
        (lambda book: book["entries"].pop(9), "entry 10 was changed, removed or moved"),
        (lambda book: book["entries"].insert(3, book["entries"].pop(5)), "entry 4 was changed, removed or moved"),
        (lambda book: book["entries"].pop(), "the newest entry is not signed"),
        (lambda book: book["balances"].__setitem__("store", 1), "balances differ"),
        (lambda book: book["heads"][0].__setitem__("signature", "00" * 64), "is not valid"),
        (lambda book: book["heads"][0].__setitem__("at", "2020-01-01T00:00:00+00:00"), "does not fit"),
        (lambda book: book.__setitem__("station", "KIT-2"), "genesis differs"),
    ],
)  # fmt: skip
def test_a_changed_extract_is_found(extract: Path, tmp_path: Path, change: object, answer: str) -> None:
    book = json.loads(extract.read_text(encoding="utf-8"))
    assert callable(change)
    change(book)
    extract.write_text(json.dumps(book), encoding="utf-8")
    assert answer in verdict(extract, tmp_path)
