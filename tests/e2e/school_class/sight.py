"""What a typist sees on a screen: which room, which dialog with which text, what runs, what is asked for.

Only the characters on the terminal are read; the words are looked up in the catalogue, as
an operator knows the language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from station.messages.catalogue import Catalogue

CATALOGUE = Catalogue("id")
_TOP, _BOTTOM = re.compile(r"[╭┏]─*━*[╮┓]"), re.compile(r"[╰┗]─*━*[╯┛]")
DIALOG_WIDTH = 70  # of base.tcss; the card of the sign-in and the proposal on home are not dialogs


def words(message_id: str, **params: object) -> str:
    """Return a message as the screen shows it."""
    return CATALOGUE.text(message_id, **params)


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the screen."""

    lines: tuple[str, ...]
    title: str
    dialog: tuple[str, ...]
    """The lines inside the box on top, empty when there is none."""
    working: bool
    instruction: str
    result: str

    @property
    def text(self) -> str:
        """Return all of it in one line, wraps undone."""
        return " ".join(" ".join(self.lines).split())

    @property
    def dialog_text(self) -> str:
        """Return the dialog in one line, wraps undone."""
        return " ".join(" ".join(self.dialog).split())

    def says(self, message_id: str, **params: object) -> bool:
        """Tell whether a message stands anywhere on the screen or in the dialog."""
        wanted = " ".join(words(message_id, **params).split())
        return wanted in self.text or wanted in self.dialog_text

    def asks(self, message_id: str, **params: object) -> bool:
        """Tell whether the dialog on top carries this message."""
        return " ".join(words(message_id, **params).split()) in self.dialog_text

    def choice(self, wanted: str) -> str | None:
        """Return the number key of the dialog line that carries the words."""
        for line in self.dialog:
            found = re.match(r"\s*(\d)\s{2}(.*)", line)
            if found and wanted in found.group(2):
                return found.group(1)
        return None


def look(lines: list[str]) -> Sight:
    """Understand a screen."""
    title = lines[0].strip() if lines else ""
    return Sight(
        lines=tuple(lines),
        title=re.sub(r"\s{3,}.*", "", title.removeprefix("STATION · ")),
        dialog=_dialog(lines),
        working=any(line.lstrip().startswith("» ") for line in lines),
        instruction=next((line.strip()[2:] for line in lines[3:7] if line.strip().startswith("▸ ")), ""),
        result=_result(lines),
    )


def _dialog(lines: list[str]) -> tuple[str, ...]:
    """Return the text inside the box whose corners are seen."""
    found = [(row, match) for row, line in enumerate(lines) for match in _TOP.finditer(line)]
    tops = [(row, match) for row, match in found if len(match[0]) == DIALOG_WIDTH]
    if not tops:
        return ()
    row, box = tops[-1]
    inside: list[str] = []
    for line in lines[row + 1 :]:
        if _BOTTOM.search(line, box.start()):
            break
        inside.append(line[box.start() + 1 : box.end() - 1].strip())
    return tuple(inside)


def _result(lines: list[str]) -> str:
    """Return what came of the last try: the lines under the picture that begin with a mark."""
    found: list[str] = []
    for line in lines[-10:]:
        if found or re.match(r"\s?[✓✗!] ", line):
            if "│" in line or not line.strip():
                break
            found.append(line.strip())
    return " ".join(found)
