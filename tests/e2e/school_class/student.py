"""One student as the typist records them: gates, documents, biodata read aloud, six steps, the decisions between."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from station.domain.sample import Finger
from station.messages.body_parts import full_finger_words
from tests.e2e.school_class.sight import CATALOGUE, Sight, words
from tests.e2e.school_class.typist import Stuck, Typist

SITTING_S = 420.0
STILL_S = 25.0
UNPLUGGED_S = 2.0
_REFUSALS = {
    "ui-gate-residence": "ui-refusal-other_domicile",
    "ui-gate-age": "ui-refusal-too_young",
    "ui-gate-not_recorded": "ui-refusal-already_recorded",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a student, with seconds and keys."""

    number: int
    outcome: str
    seconds: float
    keys: int
    remarks: tuple[str, ...]


class OneStudent:
    """The work with one student."""

    def __init__(self, typist: Typist, number: int, name: str) -> None:
        self._typist = typist
        self._number = number
        self._name = name
        self._remarks: list[str] = []

    def work(self) -> Outcome:
        """Find the student, look at the gates, record or settle; ends in the session's room."""
        typist = self._typist
        started_s, keys = time.monotonic(), typist.terminal.keys
        self._open()
        outcome = self._refuse_if_shut()
        if not outcome:
            self._documents()
            outcome = self._record()
        typist.room("ui-place-session")
        seconds = time.monotonic() - started_s
        return Outcome(self._number, outcome, round(seconds, 1), typist.terminal.keys - keys, tuple(self._remarks))

    def _open(self) -> None:
        """Every third student is looked for by name with a slip of the finger, the others by number."""
        typist = self._typist
        typist.press("/")
        wanted = self._typed_name() if self._number % 3 == 0 else str(self._number)
        typist.terminal.type(wanted, timed=True)
        line_of_student = re.compile(rf"\s{self._number}\s+{re.escape(self._name)}")
        found = typist.until_at_rest(
            lambda seen: any(line_of_student.search(line) for line in seen.lines),
            f"student {self._number} in the list",
        )
        rows = [line for line in found.lines if re.search(r"\d{4}\*{8}\d{4}", line)]
        down = next(row for row, line in enumerate(rows) if line_of_student.search(line))
        typist.press("Enter", *["Down"] * down, timed=True)
        typist.press("Enter")
        opened = typist.until(
            lambda seen: bool(seen.dialog) or seen.title == words("ui-student-title"), f"student {self._number}"
        )
        if opened.dialog or self._name not in opened.text:
            raise Stuck("another student, or a message, where this one was opened:\n" + "\n".join(opened.lines))

    def _typed_name(self) -> str:
        first, *rest = self._name.lower().split()
        return " ".join([first[:2] + first[3:], *rest]) if len(first) > 4 else self._name.lower()

    def _refuse_if_shut(self) -> str:
        typist = self._typist
        typist.think()
        sight = typist.see()
        for gate, reason in _REFUSALS.items():
            if any(line.strip().startswith(f"✗ {words(gate)}") for line in sight.lines):
                if not any(re.search(rf"\bX\s+{words('ui-key-refuse')}", line) for line in sight.lines[-3:]):
                    self._remark("the key for refusing is not on the screen")
                typist.press("x")
                typist.choose(words(reason).split("(")[0].strip())
                return words(reason).split("(")[0].strip()
        return ""

    def _documents(self) -> None:
        typist = self._typist
        typist.press("b")
        for position in range(1, 14):
            typist.until(lambda seen, at=position: f"{at}/13" in seen.text, f"field {position} to read aloud")
            typist.think()
            typist.press("Enter", timed=True)
        typist.room("ui-student-title")
        typist.think(2.0)
        typist.press("k", "a")
        typist.until(lambda seen: seen.asks("ui-certificate-number"), "the certificate's number")
        typist.fill(f"AL-{self._number:04}/2010")
        typist.until(lambda seen: not seen.dialog and f"AL-{self._number:04}" in seen.text, "the certificate ticked")
        typist.press("r")

    def _record(self) -> str:
        """Do what each screen asks for until the student is recorded or given up."""
        typist = self._typist
        ends_at, moved_at, before = time.monotonic() + SITTING_S, time.monotonic(), ""
        while time.monotonic() < ends_at:
            sight = typist.see()
            if sight.title == words("ui-place-session") and not sight.dialog:
                return "recorded"
            now = f"{sight.title} {sight.dialog} {sight.instruction} {sight.result}"
            if now != before:
                before, moved_at = now, time.monotonic()
            if sight.dialog:
                self._answer(sight)
            elif sight.instruction in _HANDS and (missing := self._missing_and_open(sight)):
                self._except(missing[0], words("ui-exception-amputated"), lasting=True)
            elif sight.working or sight.title != words("ui-sitting-title"):
                time.sleep(0.15)
            else:
                self._decide(sight)
            if time.monotonic() - moved_at > STILL_S * (3 if sight.working else 1):
                raise Stuck("nothing moves any more:\n" + "\n".join(sight.lines))
        raise Stuck("the sitting does not end:\n" + "\n".join(typist.see().lines))

    def _answer(self, sight: Sight) -> None:
        """Read a message over the sitting; a device that is gone is given a moment and tried again."""
        typist = self._typist
        typist.close_notice()
        if sight.asks("ui-recorded-title"):
            return
        self._remark(sight.dialog_text)
        time.sleep(UNPLUGGED_S)
        if typist.see().title == words("ui-sitting-title"):
            typist.press("Enter")
            time.sleep(0.5)

    def _decide(self, sight: Sight) -> None:
        typist = self._typist
        typist.think()
        if sight.says("sitting-findings-open"):
            self._confirm_finding()
        elif "(sisa coba 0)" in sight.text:
            self._accept_poor()
        else:
            if sight.result and not sight.result.startswith("✓"):
                self._remark(sight.result)
            typist.press("Enter")
        time.sleep(0.4)

    def _missing_and_open(self, sight: Sight) -> list[str]:
        """Return the fingers that are not there and not yet excepted, in the words of the screen."""
        names = [full_finger_words(CATALOGUE, Finger(number)) for number in self._typist.eyes_on_person()]
        excepted = sum(words("ui-part-state-excepted") in line for line in sight.lines)
        return names[excepted:]

    def _except(self, part: str, reason: str, lasting: bool) -> None:
        typist = self._typist
        self._remark(f"exception: {part}, {reason}")
        typist.press("e")
        typist.choose(part)
        typist.choose(reason)
        typist.choose(words("ui-permanent" if lasting else "ui-temporary"))
        typist.until(lambda seen: seen.asks("ui-note"), "the note")
        typist.fill("sejak lahir")
        typist.second_person()
        typist.until(lambda seen: seen.asks("ui-exception-picture-title"), "the question for a picture")
        typist.think()
        typist.press("y")
        time.sleep(0.5)

    def _accept_poor(self) -> None:
        """After the last try: take the best there is, with the second person."""
        typist = self._typist
        self._remark("low quality accepted by the second person")
        typist.press("e")
        typist.until(lambda seen: bool(seen.dialog), "the choice of the poor part")
        typist.press("1")
        typist.choose(words("ui-exception-low-quality"))
        typist.until(lambda seen: seen.asks("ui-note"), "the note")
        typist.fill("mutu terbaik dari semua coba")
        typist.second_person()
        time.sleep(0.5)

    def _confirm_finding(self) -> None:
        typist = self._typist
        self._remark("a finding was looked at by the second person")
        typist.press("w")
        typist.until(lambda seen: seen.asks("ui-findings-title"), "the findings")
        typist.think()
        typist.press("1")
        typist.until(lambda seen: seen.asks("ui-note"), "the note")
        typist.fill("diperiksa, dilanjutkan")
        typist.second_person()

    def _remark(self, text: str) -> None:
        self._remarks.append(text)


_HANDS = {words(f"ui-do-{name}") for name in ("left-four", "right-four", "thumbs")}
