"""The AT command dialogue as text, pure: commands out, replies and unasked codes in (V.250, 3GPP TS 27.007).

Modems echo or do not, end lines with any mixture of CR and LF, and put unsolicited
codes between the lines of a reply. The codec sorts them apart: it knows what the
running command may answer (`AtCommand.prefix`) and takes everything else as unasked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from station.devices.transport.line_splitter import LineSplitter

_FINAL_ERRORS = ("ERROR", "NO CARRIER", "NO DIALTONE", "BUSY", "NO ANSWER", "COMMAND NOT SUPPORT")
_CODED_ERROR = re.compile(r"\+CM[ES] ERROR: ?(.+)")
_UNASKED_WORDS = ("RING", "RDY", "SMS READY", "CALL READY", "PB DONE", "NORMAL POWER DOWN", "POWERED DOWN")
_UNASKED_SIGNS = ("+", "^", "*", "$", "#", "%", "_", "@")
_REGISTRATION_UNASKED = re.compile(r'\+C(?:|G|E)REG: ?\d(?:,".*)?')
_REGISTRATION_NEWS = re.compile(r"\+C(?:|G|E)REG: ?(\d)")
_CONTEXT_LOST = re.compile(r"\+CGEV: ?(?:NW|ME) (?:DEACT|PDN DEACT|DETACH)")
_LONGEST_LINE_BYTES = 2048
_MOST_REPLY_LINES = 256


@dataclass(frozen=True, slots=True)
class AtCommand:
    """One command without its CR.

    `prefix` starts every line of its reply (`+CSQ:`); empty means free text such as a serial number.
    `repeatable` says whether an unanswered one may be sent again; `timeout_s` is how long a modem may
    take, where that is longer than for an ordinary command.
    """

    text: str
    prefix: str | None = None
    timeout_s: float | None = None
    repeatable: bool = True

    def encoded(self) -> bytes:
        """Return the bytes for the wire."""
        return self.text.encode("ascii") + b"\r"


@dataclass(frozen=True, slots=True)
class AtReply:
    """The lines of a reply without prefix; `error` is empty after OK, else the modem's code (`10`, `ERROR`)."""

    lines: tuple[str, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Unasked:
    """A code the modem sent by itself."""

    text: str


class AtCodec:
    """Follows one dialogue: `begin` a command, `feed` bytes, get a reply when it is complete."""

    def __init__(self) -> None:
        self._splitter = LineSplitter(_LONGEST_LINE_BYTES)
        self._command: AtCommand | None = None
        self._lines: list[str] = []

    def begin(self, command: AtCommand) -> None:
        """Expect the reply to `command` from now; an older unfinished one is forgotten."""
        self._command = command
        self._lines = []

    def abandon(self) -> None:
        """Expect nothing any more: a late reply is taken as unasked."""
        self._command = None
        self._lines = []

    def feed(self, data: bytes) -> list[AtReply | Unasked]:
        """Take the next bytes and return what they complete, in order."""
        events: list[AtReply | Unasked] = []
        for raw in self._splitter.feed(data):
            line = raw.decode("ascii", "replace").strip()
            if line:
                event = self._line(line)
                if event is not None:
                    events.append(event)
        return events

    def _line(self, line: str) -> AtReply | Unasked | None:
        command = self._command
        if command is None:
            return Unasked(line)
        if line == command.text:
            return None  # the echo
        error = _final_error(line)
        if line == "OK" or error:
            reply = AtReply(tuple(self._lines), error)
            self.abandon()
            return reply
        if self._belongs(command, line) and len(self._lines) < _MOST_REPLY_LINES:
            self._lines.append(line.removeprefix(command.prefix or "").strip())
            return None
        return Unasked(line)

    def _belongs(self, command: AtCommand, line: str) -> bool:
        if command.prefix is None:
            return False
        if command.prefix:
            # +CREG: 1 and +CREG: 1,"1A2B" are news; +CREG: 2,1 is the answer to +CREG?
            return line.startswith(command.prefix) and not _REGISTRATION_UNASKED.fullmatch(line)
        return not line.startswith(_UNASKED_SIGNS) and line.upper() not in _UNASKED_WORDS


def link_news(line: str) -> bool | None:
    """Return what an unasked code says of the network: registered, no longer, or nothing (+CREG, +CGEV)."""
    if match := _REGISTRATION_NEWS.match(line):
        return match[1] in ("1", "5")
    return False if _CONTEXT_LOST.match(line) else None


def _final_error(line: str) -> str:
    coded = _CODED_ERROR.fullmatch(line)
    if coded:
        return coded[1].strip()
    return line if line in _FINAL_ERRORS else ""


def fields(line: str) -> list[str]:
    """Split `1,"a,b",3` at commas outside quotation marks and drop the marks."""
    return [part.strip().strip('"') for part in re.findall(r'(?:^|,)((?:"[^"]*"|[^,"])*)', line)]
