"""A blank card's chip with the OCP-1 application: files, secure channel, the OPEN and SEALED mark.

What is written survives loss of power; sessions do not. A tear takes the power away in
the middle of a command, after part of its bytes are written.

Does not simulate: memory that forgets, timing, or attacks on the chip.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

from simulators.cards.slot import CardGone
from simulators.cards.test_keys import card_keys
from station.domain.errors import Tampered
from station.print.chip import ocp1_wire as wire
from station.print.chip import tlv
from station.print.chip.ocp1_wire import ChipState, ElementaryFile, Instruction, PersonalisationMark, StatusWord
from station.print.chip.scp03 import (
    FULL_SECURITY,
    IMPLEMENTATION_PSEUDO_RANDOM,
    CardSession,
    SessionKeys,
    card_challenge,
)

ANSWER_TO_RESET = bytes.fromhex("3B8880014F43502D3100000049")
_SECURE_CLASS_BIT = 0x04
TearPoint = Callable[[bytes], int | None]


class Refusal(Exception):
    """A status word other than 90 00."""

    def __init__(self, status_word: int) -> None:
        super().__init__(f"{status_word:04X}")
        self.status_word = status_word


class ChipCard:
    """One blank: its serial is fixed, its mark only moves forward."""

    def __init__(self, serial: bytes, tear_point: TearPoint | None = None) -> None:
        self.serial = serial
        self.mark = PersonalisationMark(ChipState.BLANK, 0, "", "")
        self.files: dict[ElementaryFile, bytes] = {}
        self.command_count = 0
        self.defect: int | None = None
        self._tear_point = tear_point
        self._tear_at: tuple[int, int] | None = None
        self._sequence = 0
        self._cut: int | None = None
        self._lock = threading.RLock()
        self._reset()

    @property
    def serial_text(self) -> str:
        """Return the serial as the ledger writes it."""
        return self.serial.hex().upper()

    @property
    def answer_to_reset(self) -> bytes:
        """Return the ATR."""
        return ANSWER_TO_RESET

    def tear_after(self, commands: int, written_bytes: int = 0) -> None:
        """Lose power in the `commands`-th command from now, after `written_bytes` of it are written."""
        self._tear_at = (self.command_count + commands, written_bytes)

    def power_on(self) -> bytes:
        """Reset and return the ATR."""
        with self._lock:
            self._reset()
        return ANSWER_TO_RESET

    def power_off(self) -> None:
        """Forget the session."""
        with self._lock:
            self._reset()

    def process(self, apdu: bytes) -> bytes:
        """Answer one command; raises CardGone when the card is torn in it."""
        with self._lock:
            self.command_count += 1
            self._cut = self._cut_of(apdu)
            try:
                answer = self._answer(apdu)
            except Refusal as refusal:
                answer = refusal.status_word.to_bytes(2, "big")
            if self._cut is not None:
                self._reset()
                raise CardGone
            return answer

    def _cut_of(self, apdu: bytes) -> int | None:
        if self._tear_at is not None and self.command_count == self._tear_at[0]:
            cut, self._tear_at = self._tear_at[1], None
            return cut
        return self._tear_point(apdu) if self._tear_point is not None else None

    def _reset(self) -> None:
        self._selected = False
        self._file: ElementaryFile | None = None
        self._pending: tuple[int, SessionKeys, bytes] | None = None
        self._session: CardSession | None = None
        self._key_set = 0

    def _answer(self, apdu: bytes) -> bytes:
        if self.defect is not None:
            raise Refusal(self.defect)
        if len(apdu) < 4:
            raise Refusal(StatusWord.WRONG_LENGTH)
        if apdu[1] == Instruction.SELECT and apdu[2] == 0x04:
            return self._select_application(apdu)
        if not self._selected:
            raise Refusal(StatusWord.CONDITIONS)
        if apdu[0] & _SECURE_CLASS_BIT and apdu[1] != Instruction.EXTERNAL_AUTHENTICATE:
            return self._answer_secured(apdu)
        return self._dispatch(apdu) + b"\x90\x00"

    def _answer_secured(self, apdu: bytes) -> bytes:
        if self._session is None:
            raise Refusal(StatusWord.SECURITY_STATUS)
        try:
            plain = self._session.unwrap(apdu)
        except Tampered as error:
            self._session = None
            raise Refusal(StatusWord.SECURITY_STATUS) from error
        return self._session.wrap(self._dispatch(plain), StatusWord.OK) + b"\x90\x00"

    def _select_application(self, apdu: bytes) -> bytes:
        name = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if name != wire.CARD_APPLICATION:
            raise Refusal(StatusWord.FILE_MISSING)
        self._reset_session()
        self._selected = True
        return tlv.encode(0x6F, tlv.encode(0x84, name)) + b"\x90\x00"

    def _reset_session(self) -> None:
        self._session, self._pending, self._key_set, self._file = None, None, 0, None

    def _dispatch(self, apdu: bytes) -> bytes:  # noqa: PLR0911 - one return per instruction
        data = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        match apdu[1]:
            case Instruction.GET_DATA if apdu[3] == wire.SERIAL_TAG:
                return tlv.encode(wire.SERIAL_TAG, self.serial)
            case Instruction.SELECT:
                return self._select_file(data)
            case Instruction.READ_BINARY:
                return self._read(int.from_bytes(apdu[2:4], "big"))
            case Instruction.UPDATE_BINARY:
                return self._update(int.from_bytes(apdu[2:4], "big"), data)
            case Instruction.INITIALIZE_UPDATE:
                return self._initialize_update(apdu[2], data)
            case Instruction.EXTERNAL_AUTHENTICATE:
                return self._authenticate(apdu)
            case Instruction.PUT_DATA:
                return self._put(apdu[2], data)
        raise Refusal(StatusWord.UNKNOWN_INSTRUCTION)

    def _select_file(self, data: bytes) -> bytes:
        try:
            self._file = ElementaryFile(int.from_bytes(data, "big"))
        except ValueError as error:
            raise Refusal(StatusWord.FILE_MISSING) from error
        return b""

    def _read(self, offset: int) -> bytes:
        if self._file is None:
            raise Refusal(StatusWord.CONDITIONS)
        if self._file is ElementaryFile.PERSO:
            content = self.mark.encode()
        else:
            if self._session is None and self._file is not ElementaryFile.COM:
                raise Refusal(StatusWord.SECURITY_STATUS)
            content = self.files.get(self._file, b"")
        if offset > len(content):
            raise Refusal(StatusWord.WRONG_OFFSET)
        return content[offset : offset + wire.MOST_READ_BYTES]

    def _update(self, offset: int, data: bytes) -> bytes:
        self._require_personalisation()
        if self._file is None or self._file is ElementaryFile.PERSO or self.mark.state is not ChipState.OPEN:
            raise Refusal(StatusWord.CONDITIONS)
        content = self.files.get(self._file, b"")
        if offset > len(content):
            raise Refusal(StatusWord.WRONG_OFFSET)
        if offset + len(data) > wire.FILE_BYTES[self._file]:
            raise Refusal(StatusWord.NO_SPACE)
        written = data if self._cut is None else data[: self._cut]
        self.files[self._file] = content[:offset] + written + content[offset + len(written) :]
        return b""

    def _initialize_update(self, key_set: int, host_challenge: bytes) -> bytes:
        if len(host_challenge) != 8:
            raise Refusal(StatusWord.WRONG_LENGTH)
        try:
            keys = card_keys(key_set, self.serial)
        except KeyError as error:
            raise Refusal(StatusWord.WRONG_DATA) from error
        self._sequence += 1
        challenge = card_challenge(keys.encryption, self._sequence, wire.CARD_APPLICATION)
        session_keys = SessionKeys.derive(keys, host_challenge, challenge)
        card, host = session_keys.cryptograms(host_challenge, challenge)
        self._session, self._pending = None, (key_set, session_keys, host)
        information = bytes([key_set, 0x03, IMPLEMENTATION_PSEUDO_RANDOM])
        return self.serial[:10].ljust(10, b"\x00") + information + challenge + card + self._sequence.to_bytes(3, "big")

    def _authenticate(self, apdu: bytes) -> bytes:
        if self._pending is None or apdu[2] != FULL_SECURITY:
            raise Refusal(StatusWord.CONDITIONS)
        key_set, keys, expected = self._pending
        self._pending = None
        session = CardSession(keys, FULL_SECURITY)
        if not session.check_authenticate(apdu[:21], expected):
            raise Refusal(0x6300)
        self._session, self._key_set = session, key_set
        return b""

    def _put(self, what: int, data: bytes) -> bytes:
        self._require_personalisation()
        if self._cut is not None:
            return b""  # the mark is one byte, written whole or not at all
        match what:
            case wire.BEGIN:
                self._begin(data)
            case wire.SEAL:
                self._seal(data)
            case wire.VOID:
                self.files.clear()
                self._set_mark(ChipState.VOID, self.mark.intent_id, self.mark.station_id)
            case _:
                raise Refusal(StatusWord.WRONG_DATA)
        return b""

    def _begin(self, data: bytes) -> None:
        intent, station = data[:16].hex(), data[16:].rstrip(b"\x00").decode()
        again = self.mark.state is ChipState.OPEN and self.mark.intent_id == intent
        if self.mark.state is not ChipState.BLANK and not again:
            raise Refusal(StatusWord.CONDITIONS)
        self.files.clear()
        self._set_mark(ChipState.OPEN, intent, station)

    def _seal(self, digest: bytes) -> None:
        if self.mark.state is not ChipState.OPEN:
            raise Refusal(StatusWord.CONDITIONS)
        if ElementaryFile.SOD not in self.files or digest != wire.files_digest(self.files):
            raise Refusal(StatusWord.WRONG_DATA)
        self._set_mark(ChipState.SEALED, self.mark.intent_id, self.mark.station_id)

    def _set_mark(self, state: ChipState, intent: str, station: str) -> None:
        self.mark = PersonalisationMark(state, self.mark.counter + 1, intent, station)

    def _require_personalisation(self) -> None:
        if self._session is None or self._key_set != wire.PERSONALISATION_KEYS:
            raise Refusal(StatusWord.SECURITY_STATUS)


def make_blanks(count: int, seed: int = 1, serial_bytes: int = 7) -> list[ChipCard]:
    """Return blank cards with reproducible serials."""
    return [
        ChipCard(b"\x04" + hashlib.sha256(f"blank {seed} {index}".encode()).digest()[: serial_bytes - 1])
        for index in range(count)
    ]
