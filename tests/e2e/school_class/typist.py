"""A typist: looks at the screen, decides the next key as an operator would, and notes where that was not possible."""

from __future__ import annotations

import json
import re
import socket
import time
from pathlib import Path

from tests.e2e.school_class.sight import Sight, look, words
from tests.e2e.school_class.terminal import Terminal

ANSWER_S = 60.0
AT_REST_S = 0.4
PASSWORDS = {"sari": "sandi-sari-contoh", "budi": "sandi-budi-contoh"}
SECOND = "budi"


class Stuck(Exception):
    """Nothing on the screen says what to do next."""


class Typist:
    """Hands on the keyboard, eyes on the terminal and on the person who stands there."""

    def __init__(self, terminal: Terminal, bench_folder: Path, pictures: Path, think_s: float) -> None:
        self.terminal = terminal
        self._bench = bench_folder
        self._pictures = pictures
        self._think_s = think_s
        self._kept: set[str] = set()
        self.notes: list[str] = []

    # Eyes ------------------------------------------------------------------------------

    def see(self) -> Sight:
        """Look at the screen; every screen not seen before is kept as a text picture."""
        sight = look(self.terminal.lines())
        dialog = sight.dialog[0] if sight.dialog else ""
        outline = re.sub(r"[\d▀█░]+", "#", f"{sight.title}-{dialog}-{sight.instruction}-{sight.result}")
        if outline not in self._kept:
            self._kept.add(outline)
            name = re.sub(r"\W+", "-", f"{len(self._kept):03}-{sight.title}-{dialog[:40]}").strip("-").lower()
            self.terminal.keep(self._pictures / f"{name}.txt", list(sight.lines))
        return sight

    def until(self, seen: object, what: str, timeout_s: float = ANSWER_S) -> Sight:
        """Look until something shows."""
        ends_at = time.monotonic() + timeout_s
        while time.monotonic() < ends_at:
            sight = self.see()
            if seen(sight):  # type: ignore[operator]
                return sight
            time.sleep(0.1)
        raise Stuck(f"{what} did not come in {timeout_s:g} s:\n" + "\n".join(self.see().lines))

    def until_at_rest(self, seen: object, what: str) -> Sight:
        """Look until something shows and the screen does not change any more under the eyes."""
        before = self.until(seen, what)
        while True:
            time.sleep(AT_REST_S)
            sight = self.until(seen, what)
            if sight == before:
                return sight
            before = sight

    def room(self, title_id: str, timeout_s: float = ANSWER_S) -> Sight:
        """Wait for a room without a dialog over it."""
        title = words(title_id)
        return self.until(lambda sight: sight.title == title and not sight.dialog, f"the room {title!r}", timeout_s)

    def eyes_on_person(self) -> list[int]:
        """Look at the person's hands: which fingers are not there."""
        port = json.loads((self._bench / "bench.json").read_text())["control_port"]
        with socket.create_connection(("127.0.0.1", port), 10) as line:
            line.sendall(json.dumps({"op": "look"}).encode() + b"\n")
            seen = json.loads(line.makefile().readline())
        return [int(finger) for finger in seen["missing_fingers"]]

    def think(self, share: float = 1.0) -> None:
        """Take the time a person needs to read and decide."""
        time.sleep(self._think_s * share)

    def note(self, text: str) -> None:
        """Keep an observation for the report."""
        self.notes.append(text)

    # Hands -----------------------------------------------------------------------------

    def press(self, *keys: str, timed: bool = False) -> None:
        """Press keys."""
        self.terminal.press(*keys, timed=timed)

    def fill(self, *values: str) -> None:
        """Fill the fields of a form, Enter behind each."""
        for value in values:
            self.terminal.type(value)
            self.press("Enter")
            time.sleep(0.15)

    def choose(self, wanted: str) -> None:
        """Take the line of a list that carries the words, by its number or with the arrows."""
        sight = self.until(lambda seen: any(wanted in line for line in seen.dialog), f"a line {wanted!r}")
        self.think(0.5)
        number = sight.choice(wanted)
        if number is not None:
            self.press(number)
            return
        entries = [line for line in sight.dialog if re.match(r"\s*(\d\s{2})?\S", line)]
        first = next(row for row, line in enumerate(entries) if re.match(r"\s*1\s{2}", line))
        target = next(row for row, line in enumerate(entries) if wanted in line)
        self.press(*["Down"] * (target - first), "Enter")

    def close_notice(self) -> None:
        """Read a message and close it."""
        shown = self.see().dialog
        self.think()
        self.press("Enter")
        self.until(lambda seen: seen.dialog != shown, "the message to close")

    def second_person(self) -> None:
        """Let the second person come and type login and password."""
        self.until(lambda seen: seen.asks("ui-second-title"), "the question for the second person")
        self.think(2.0)
        self.fill(SECOND, PASSWORDS[SECOND])
        self.until(lambda seen: not seen.asks("ui-second-title"), "the answer to the second person's password")

    def sign_in(self, login: str) -> None:
        """Sign in with login and password."""
        self.room("ui-sign-in-title")
        self.fill(login, PASSWORDS[login])
        self.room("ui-home-title")
