"""Every message recording can show is in both languages, with the same parameters."""

import re
from pathlib import Path

import pytest

import station.messages
from station.capture.attendance import Outcome, PostponeReason, RefusalReason
from station.capture.gates import GateKind
from station.capture.session_states import SessionEvent
from station.capture.sitting import SittingEvent, Step
from station.messages.catalogue import Catalogue

ROOT = Path(station.messages.__file__).parents[1]
MODULES = [*ROOT.glob("capture/**/*.py"), *ROOT.glob("staff/*.py")]
ERRORS = re.compile(
    r'(?:Refused|NotAllowed|NotFound|BadInput|StorageFailure|Tampered|refused|return)\W[^"\n]*"([a-z]+(?:-[a-z]+)+)"'
)
SILENT = {"backup-decrypt"}


def raised() -> set[str]:
    return {name for path in MODULES for name in ERRORS.findall(path.read_text())} - SILENT


def built() -> set[str]:
    gates = {f"gate-{kind.value.replace('_', '-')}-{side}" for kind in GateKind for side in ("open", "shut")}
    gates -= {"gate-siak-shut"}
    events = {f"session-cannot-{event.value.replace('_', '-')}" for event in SessionEvent}
    events |= {f"sitting-cannot-{event.value.replace('_', '-')}" for event in SittingEvent}
    reasons = {f"attendance-reason-{item.value}" for item in (*RefusalReason, *PostponeReason)}
    steps = {f"step-{step.value}" for step in Step} | {f"attendance-{outcome.value}" for outcome in Outcome}
    return gates | events | reasons | steps | {"finding-person-seen-before"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_message_has_words(language: str) -> None:
    text = (ROOT / "messages" / language / "capture.ftl").read_text()
    text += (ROOT / "messages" / language / "staff.ftl").read_text()
    known = set(re.findall(r"^([a-z][\w-]*) =", text, re.MULTILINE))
    catalogue = Catalogue(language)
    missing = {name for name in raised() | built() if name not in known and not catalogue.has(name)}
    assert not missing


@pytest.mark.parametrize("room", ["capture", "staff"])
def test_both_languages_say_the_same_things_with_the_same_parameters(room: str) -> None:
    both = []
    for language in ("id", "en"):
        text = (ROOT / "messages" / language / f"{room}.ftl").read_text()
        lines = re.findall(r"^([a-z][\w-]*) = (.*)$", text, re.MULTILINE)
        both.append({name: set(re.findall(r"\$(\w+)", words)) for name, words in lines})
    assert both[0] == both[1]
