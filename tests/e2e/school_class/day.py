"""The typist's day at the school: sign-in, list, registry's data, session, the class, closing, review, sending."""

from __future__ import annotations

import re
import time

from station.domain.staff import Role
from tests.e2e.school_class.sight import Sight, words
from tests.e2e.school_class.student import OneStudent, Outcome
from tests.e2e.school_class.typist import PASSWORDS, Stuck, Typist

SCHOOL = "SMAN 1 CONTOH"
SEND_TURNS = 40
MOST_ASKING = 4


def done(step_id: str, sight: Sight) -> bool:
    """Tell whether a step of the closing carries the mark of what is done."""
    return any(line.strip().startswith(f"✓ {words(step_id)}") for line in sight.lines)


class SchoolDay:
    """All that happens between the first start and the last acknowledged packet."""

    def __init__(self, typist: Typist, students: int) -> None:
        self._typist = typist
        self._students = students
        self.outcomes: list[Outcome] = []
        self.seconds: dict[str, float] = {}

    def work(self) -> None:
        """Work the day part by part."""
        for part in (self._begin, self._import, self._registry, self._class, self._close, self._review, self._send):
            started_s = time.monotonic()
            part()
            self.seconds[part.__name__.strip("_")] = round(time.monotonic() - started_s, 1)

    def _begin(self) -> None:
        """First start: the administrator, then a supervisor as second person."""
        typist = self._typist
        typist.room("ui-first-title", 240)
        typist.fill("Sari Contoh", "sari", PASSWORDS["sari"], PASSWORDS["sari"])
        typist.room("ui-home-title")
        typist.press("p", "t")
        typist.until(lambda seen: seen.asks("ui-staff-add-title"), "the form for staff")
        typist.fill("Budi Contoh", "budi", PASSWORDS["budi"])
        typist.until(lambda seen: seen.asks(f"ui-role-{Role.SUPERVISOR.value}"), "the roles")
        typist.press("Down", "Down", "Space", "Enter")
        typist.until(lambda seen: not seen.dialog and "budi" in seen.text, "the supervisor in the list")
        typist.press("Escape")

    def _import(self) -> None:
        typist = self._typist
        typist.press("1", "i")
        typist.until(lambda seen: "daftar-siswa.xlsx" in seen.dialog_text, "the school's file")
        typist.press("Enter")
        typist.until(lambda seen: seen.asks("ui-form-keys"), "the school's name")
        typist.fill(SCHOOL)
        typist.room("ui-preview-title")
        typist.think(2.0)
        typist.press("i")
        typist.until(lambda seen: bool(seen.dialog), "the question before the import")
        typist.press("y")
        typist.room("ui-place-roster")
        typist.press("a")
        time.sleep(0.5)
        typist.press("Escape")

    def _registry(self) -> None:
        typist = self._typist
        typist.press("4", "d")
        typist.until(lambda seen: bool(seen.dialog), "the enrolment code")
        typist.press("Enter")
        paired = words("ui-sync-paired", kit="KIT-CONTOH-01")
        typist.until(lambda seen: paired in seen.text and not seen.dialog, "the kit enrolled")
        for turn in range(SEND_TURNS):
            answer = f"{words('ui-feed-siak_extract')} 1"
            if answer in self._exchange("k") or answer in typist.see().text or turn >= MOST_ASKING:
                break  # it may have come by itself, unseen by someone who looked elsewhere
            typist.think(2.0)
        typist.press("Escape")

    def _exchange(self, key: str) -> str:
        """Sync once and return what the screen says of it."""
        typist = self._typist
        typist.press(key)
        sight = typist.until(lambda seen: bool(seen.dialog), "the end of the exchange", 180)
        if not sight.asks("ui-sync-done"):
            typist.note(f"sync: {sight.dialog_text}")
        typist.close_notice()
        return sight.dialog_text

    def _class(self) -> None:
        typist = self._typist
        typist.press("2")
        typist.room("ui-place-session")
        typist.press("b")
        typist.choose(SCHOOL)
        typist.room("ui-place-session")
        names: dict[int, str] = {}
        for number in range(1, self._students + 1):
            names[number] = self._name_of(number)
            try:
                outcome = OneStudent(typist, number, names[number]).work()
            except Stuck as trouble:
                typist.note(f"student {number}: {trouble}")
                outcome = self._give_up(number)
            self.outcomes.append(outcome)

    def _name_of(self, number: int) -> str:
        """Hear the next student's name from the school's list at the door: read it off the screen."""
        typist = self._typist
        typist.press("/")
        typist.terminal.type(str(number))
        row = re.compile(rf"\s{number}\s{{1,3}}(\S.*?)\s{{2,}}")
        sight = typist.until(lambda seen: any(row.search(line) for line in seen.lines), f"number {number}")
        return next(found.group(1) for line in sight.lines if (found := row.search(line)))

    def _give_up(self, number: int) -> Outcome:
        """Get back to the session's room and go on with the next student."""
        for _turn in range(6):
            sight = self._typist.see()
            if sight.title == words("ui-place-session") and not sight.dialog:
                break
            self._typist.press("Escape")
            time.sleep(1.5)
        if not any(re.search(rf"terekam \d+\s+{number}\s", line) for line in self._typist.see().lines):
            self._typist.press("Enter", "t")
            self._typist.choose(words("ui-postpone-other"))
        self._typist.room("ui-place-session")
        return Outcome(number, "stuck", 0.0, 0, ())

    def _close(self) -> None:
        typist = self._typist
        typist.press("Escape")
        typist.room("ui-home-title")
        typist.press("3")
        typist.room("ui-place-closing")
        typist.press("r")
        typist.until(lambda seen: done("ui-key-reconcile", seen) or bool(seen.dialog), "the count")
        typist.press("c")
        typist.choose("media-cadangan")
        typist.until(lambda seen: seen.asks("ui-backed-up-title"), "the backup", 180)
        typist.close_notice()
        typist.press("t")
        typist.until(lambda seen: done("ui-key-close-session", seen), "the session closed")
        typist.press("Escape")

    def _review(self) -> None:
        """The supervisor looks at the odd ones and a sample, and approves."""
        typist = self._typist
        typist.room("ui-home-title")
        typist.press("q")
        typist.sign_in("budi")
        typist.press("3", "p")
        sight = typist.room("ui-review-title")
        for _row in range(len(self.outcomes) + 1):
            if re.search(r"harus dilihat 0\b", sight.text):
                break
            typist.think()
            typist.press("Enter", timed=True)
            sight = typist.see()
        typist.press("s")
        typist.until(lambda seen: bool(seen.dialog), "the one confirmation")
        typist.press("y")
        typist.until(lambda seen: seen.says("ui-review-done"), "the review kept")
        typist.press("Escape", "Escape")
        typist.room("ui-home-title")

    def _send(self) -> None:
        """Send over the modem until nothing waits; the link of a bad day is cut on the way."""
        typist = self._typist
        typist.press("4")
        typist.room("ui-place-sync")
        for _turn in range(SEND_TURNS):
            self._exchange("m")
            if re.search(r"\b0 kiriman", typist.see().text):
                break
        typist.press("s")
        typist.until(lambda seen: not seen.dialog and seen.title != words("ui-place-sync"), "the statuses")
        typist.think(3.0)
