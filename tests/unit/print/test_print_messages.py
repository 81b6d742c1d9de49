"""Every word the print room can say is in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import station.print
from station.devices.printer.interface import PrinterCondition
from station.messages.catalogue import Catalogue
from station.print.gates import PrintDocument
from station.print.recovery import Decision

CATALOGUE = Catalogue("id")
IDENTIFIER = re.compile(r'(?:Refused|Tampered|BadInput|NotFound|Gate|Finding)\(\s*"([a-z0-9-]+)"')


def test_every_refusal_in_the_code_has_words() -> None:
    folder = Path(next(iter(station.print.__path__)))
    named = {name for path in folder.rglob("*.py") for name in IDENTIFIER.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 40
    assert {name for name in named if not CATALOGUE.has(name)} == set()


def test_every_condition_document_and_decision_has_words() -> None:
    names = [f"printer-{condition.value}" for condition in PrinterCondition]
    names += [f"print-gate-document-{document.value.replace('_', '-')}" for document in PrintDocument]
    names += [f"recovery-{decision.value}" for decision in Decision]
    assert [name for name in names if not CATALOGUE.has(name)] == []
