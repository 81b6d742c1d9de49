"""Numbers and commands of the open chip profile OCP-1 (docs/formats/chip-ocp1.md). Pure: bytes in, bytes out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from station.devices.smartcard.interface import ResponseApdu
from station.domain.errors import Tampered

CARD_APPLICATION = bytes.fromhex("F053544E01")
SAM_APPLICATION = bytes.fromhex("F053544E53")
SYSTEM_ID = b"STN1"
READ_KEYS, PERSONALISATION_KEYS = 0x30, 0x40
SERIAL_TAG = 0x45
SIGNER_CERTIFICATE = 0x01
CERTIFICATE_PART_BYTES = 240
MOST_PLAIN_BYTES = 239
MOST_READ_BYTES = 223
STATION_BYTES = 16
PERSONALISATION_BYTES = 64


class ElementaryFile(IntEnum):
    """Files of the card application."""

    COM = 0x011E
    DG1 = 0x0101
    DG2 = 0x0102
    DG3 = 0x0103
    DG7 = 0x0107
    SOD = 0x011D
    PERSO = 0x0150


FILE_BYTES: Mapping[ElementaryFile, int] = {
    ElementaryFile.COM: 64,
    ElementaryFile.DG1: 512,
    ElementaryFile.DG2: 3584,
    ElementaryFile.DG3: 1080,
    ElementaryFile.DG7: 1024,
    ElementaryFile.SOD: 1024,
    ElementaryFile.PERSO: PERSONALISATION_BYTES,
}
SEALED_FILES = tuple(file for file in ElementaryFile if file is not ElementaryFile.PERSO)


class StatusWord(IntEnum):
    """Status words the profile uses (ISO/IEC 7816-4 table 6)."""

    OK = 0x9000
    WRONG_LENGTH = 0x6700
    SECURITY_STATUS = 0x6982
    BLOCKED = 0x6983
    CONDITIONS = 0x6985
    WRONG_DATA = 0x6A80
    FILE_MISSING = 0x6A82
    NO_SPACE = 0x6A84
    WRONG_OFFSET = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    PIN_TRIES = 0x63C0


class Instruction(IntEnum):
    """Instruction bytes of card and secure access module."""

    SELECT = 0xA4
    GET_DATA = 0xCA
    READ_BINARY = 0xB0
    UPDATE_BINARY = 0xD6
    PUT_DATA = 0xDA
    INITIALIZE_UPDATE = 0x50
    EXTERNAL_AUTHENTICATE = 0x82
    SAM_STATUS = 0xF2
    SAM_ACTIVATE = 0x20
    SAM_CARD = 0x84
    SAM_WRAP = 0x10
    SAM_UNWRAP = 0x12
    SAM_SIGN = 0x2A


BEGIN, SEAL, VOID = 0x01, 0x02, 0x03


class ChipState(IntEnum):
    """The mark in EF.PERSO; it never goes back."""

    BLANK = 0
    OPEN = 1
    SEALED = 2
    VOID = 3


@dataclass(frozen=True, slots=True)
class PersonalisationMark:
    """EF.PERSO: the card's own witness of what was done to it."""

    state: ChipState
    counter: int
    intent_id: str
    station_id: str

    def encode(self) -> bytes:
        """Return the 64 bytes of the file."""
        station = self.station_id.encode()[:STATION_BYTES].ljust(STATION_BYTES, b"\x00")
        intent = bytes.fromhex(self.intent_id) if self.intent_id else bytes(16)
        body = bytes([self.state]) + self.counter.to_bytes(2, "big") + intent + station
        return body.ljust(PERSONALISATION_BYTES, b"\x00")

    @classmethod
    def decode(cls, data: bytes) -> PersonalisationMark:
        """Read the file; raises Tampered when it is none."""
        if len(data) != PERSONALISATION_BYTES or data[0] > ChipState.VOID:
            raise Tampered("chip-mark-malformed")
        intent = data[3:19]
        return cls(
            ChipState(data[0]),
            int.from_bytes(data[1:3], "big"),
            intent.hex() if any(intent) else "",
            data[19 : 19 + STATION_BYTES].rstrip(b"\x00").decode("utf-8", "replace"),
        )


@dataclass(frozen=True, slots=True)
class SamState:
    """What the secure access module says of itself."""

    serial: str
    activated: bool
    test_keys: bool
    blocked: bool
    pin_tries: int
    sessions: int
    signatures: int

    def encode(self) -> bytes:
        """Return the answer to SAM STATUS."""
        flags = self.activated | self.test_keys << 1 | self.blocked << 2
        counters = self.sessions.to_bytes(4, "big") + self.signatures.to_bytes(4, "big")
        return bytes([1, flags, self.pin_tries]) + bytes.fromhex(self.serial) + counters

    @classmethod
    def decode(cls, data: bytes) -> SamState:
        """Read the answer to SAM STATUS; raises Tampered on another version."""
        if len(data) != 19 or data[0] != 1:
            raise Tampered("sam-answer-malformed")
        return cls(
            data[3:11].hex().upper(),
            bool(data[1] & 1),
            bool(data[1] & 2),
            bool(data[1] & 4),
            data[2],
            int.from_bytes(data[11:15], "big"),
            int.from_bytes(data[15:19], "big"),
        )


def command(cla: int, instruction: int, first: int, second: int, data: bytes = b"", *, le: bool = False) -> bytes:
    """Return a short command; `le` asks for an answer."""
    body = bytes([len(data)]) + data if data else b""
    return bytes([cla, instruction, first, second]) + body + (b"\x00" if le else b"")


def select_application(application: bytes) -> bytes:
    """Return SELECT by application identifier."""
    return command(0x00, Instruction.SELECT, 0x04, 0x00, application, le=True)


def select_file(file: ElementaryFile) -> bytes:
    """Return SELECT of an elementary file under the application, without answer data."""
    return command(0x00, Instruction.SELECT, 0x02, 0x0C, file.to_bytes(2, "big"))


def read_serial() -> bytes:
    """Return GET DATA of the card's serial."""
    return command(0x80, Instruction.GET_DATA, 0x00, SERIAL_TAG, le=True)


def read_certificate(part: int) -> bytes:
    """Return the module's GET DATA of one part of its signer's certificate; a part below 240 bytes is the last."""
    return command(0x80, Instruction.GET_DATA, SIGNER_CERTIFICATE, part, le=True)


def read_binary(offset: int) -> bytes:
    """Return READ BINARY of the selected file; the card answers at most 223 bytes."""
    return command(0x00, Instruction.READ_BINARY, offset >> 8, offset & 0xFF, le=True)


def update_binary(offset: int, data: bytes) -> bytes:
    """Return UPDATE BINARY of the selected file."""
    return command(0x00, Instruction.UPDATE_BINARY, offset >> 8, offset & 0xFF, data)


def begin(intent_id: str, station_id: str) -> bytes:
    """Return the command that marks the card OPEN for an intent and empties its files."""
    station = station_id.encode()[:STATION_BYTES].ljust(STATION_BYTES, b"\x00")
    return command(0x80, Instruction.PUT_DATA, BEGIN, 0x00, bytes.fromhex(intent_id) + station)


def seal(digest: bytes) -> bytes:
    """Return the command that marks the card SEALED, if its files have this digest."""
    return command(0x80, Instruction.PUT_DATA, SEAL, 0x00, digest)


def void() -> bytes:
    """Return the command that makes the card useless for good."""
    return command(0x80, Instruction.PUT_DATA, VOID, 0x00)


def files_digest(files: Mapping[ElementaryFile, bytes]) -> bytes:
    """Return SHA-256 over identifier, length and content of every sealed file, in order of identifiers."""
    digest = hashlib.sha256()
    for file in sorted(SEALED_FILES):
        content = files.get(file, b"")
        digest.update(file.to_bytes(2, "big") + len(content).to_bytes(2, "big") + content)
    return digest.digest()


def split_answer(raw: bytes) -> ResponseApdu:
    """Split an answer into data and status word."""
    return ResponseApdu(raw[:-2], int.from_bytes(raw[-2:], "big"))
