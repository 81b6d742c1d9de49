"""The bytes of the livescan protocol, version 1 (docs/protocols/livescan.md).

Pure packing and unpacking, for both ends; all numbers are little-endian. Nothing of
a frame is handed out before its header, its length and its checksum are right.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum, IntFlag

INTERFACE_CLASS, INTERFACE_SUBCLASS, INTERFACE_PROTOCOL = 0xFF, 0x4C, 0x01
IDENTIFY, STATUS, START, CANCEL = 1, 2, 3, 4
PROTOCOL_MAJOR = 1
MAGIC = b"LSC1"
PAYLOAD_LIMIT = 16 * 1024 * 1024
SILENCE_LIMIT_S = 5.0

_IDENTITY = struct.Struct("<BBBBHHHH")
_STATUS = struct.Struct("<BBHIHh")
_START = struct.Struct("<IBBHHHI")
_CANCEL = struct.Struct("<I")
_HEADER = struct.Struct("<4sBBHIIHHHBBHHI")
_HEADER_CHECK = struct.Struct("<I")
_EVENT = struct.Struct("<BBHI")
HEADER_SIZE = _HEADER.size + _HEADER_CHECK.size
EVENT_SIZE = _EVENT.size
IDENTITY_SIZE_MAX = 512
STATUS_SIZE = _STATUS.size


class WireError(ValueError):
    """The bytes are not what the protocol allows."""


class ScannerKind(IntEnum):
    """What the scanner looks at."""

    FINGERPRINT = 1
    IRIS = 2


class Ability(IntFlag):
    """What the scanner can do."""

    SLAPS = 1
    PREVIEW = 2
    BOTH_EYES = 4


class State(IntEnum):
    """What the scanner is doing."""

    IDLE = 0
    CAPTURING = 1
    FAULT = 2


class Condition(IntFlag):
    """Reasons why the scanner cannot capture now."""

    DIRTY = 1
    HOT = 2
    CALIBRATION = 4
    LAMP = 8
    COVER = 16


NO_CONDITIONS = Condition(0)


class Refusal(IntEnum):
    """Why the last START was refused."""

    NONE = 0
    BUSY = 1
    NOT_READY = 2
    PART = 3
    RESOLUTION = 4
    MALFORMED = 5


class FrameType(IntEnum):
    """What a frame of the bulk pipe carries."""

    PREVIEW = 1
    RESULT = 2
    END = 3
    FAILURE = 4


class Hint(IntEnum):
    """What the person at the scanner should do."""

    NONE = 0
    PRESS_HARDER = 1
    PRESS_SOFTER = 2
    HOLD_STILL = 3
    PLACE = 4
    OPEN_EYES = 5
    CLOSER = 6
    FARTHER = 7


class Failure(IntEnum):
    """Why an operation ended without images."""

    TIMED_OUT = 1
    HARDWARE = 2
    CANCELLED = 3


class EventType(IntEnum):
    """What the interrupt pipe tells."""

    DOWN = 1
    UP = 2
    CONDITIONS = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the scanner is and the largest image it makes; pixels, pixels per inch."""

    kind: ScannerKind
    abilities: Ability
    width: int
    height: int
    resolution_ppi: int
    preview_width: int
    make: str
    model: str
    serial: str
    firmware: str
    minor: int = 0

    def pack(self) -> bytes:
        """Return the answer to IDENTIFY."""
        head = _IDENTITY.pack(
            PROTOCOL_MAJOR, self.minor, self.kind, self.abilities, self.width, self.height,
            self.resolution_ppi, self.preview_width,
        )  # fmt: skip
        texts = (self.make, self.model, self.serial, self.firmware)
        return head + b"".join(_text(text) for text in texts)

    @classmethod
    def unpack(cls, raw: bytes) -> Identity:
        """Read the answer to IDENTIFY; raises WireError."""
        if len(raw) < _IDENTITY.size:
            raise WireError("identity too short")
        major, minor, kind, abilities, width, height, resolution, preview = _IDENTITY.unpack_from(raw)
        if major != PROTOCOL_MAJOR:
            raise WireError(f"protocol version {major}")
        texts = []
        offset = _IDENTITY.size
        for _number in range(4):
            if offset >= len(raw) or offset + 1 + raw[offset] > len(raw):
                raise WireError("identity cut short")
            end = offset + 1 + raw[offset]
            texts.append(raw[offset + 1 : end].decode("utf-8", "replace"))
            offset = end
        try:
            known = ScannerKind(kind), Ability(abilities)
        except ValueError as error:
            raise WireError(str(error)) from error
        make, model, serial, firmware = texts
        return cls(*known, width, height, resolution, preview, make, model, serial, firmware, minor)


@dataclass(frozen=True, slots=True)
class Status:
    """What the scanner is doing, what keeps it from working, its temperature in tenths of a degree Celsius."""

    state: State
    conditions: Condition = NO_CONDITIONS
    operation: int = 0
    refusal: Refusal = Refusal.NONE
    temperature_decidegrees: int = 250

    def pack(self) -> bytes:
        """Return the answer to STATUS."""
        rest = (self.operation, self.refusal, self.temperature_decidegrees)
        return _STATUS.pack(self.state, 0, self.conditions, *rest)

    @classmethod
    def unpack(cls, raw: bytes) -> Status:
        """Read the answer to STATUS; raises WireError."""
        if len(raw) != _STATUS.size:
            raise WireError("status has the wrong length")
        state, _reserved, conditions, operation, refusal, temperature = _STATUS.unpack(raw)
        try:
            return cls(State(state), Condition(conditions), operation, Refusal(refusal), temperature)
        except ValueError as error:
            raise WireError(str(error)) from error


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What to capture: part (slap, finger or 0 for eyes), mask of fingers or eyes (bit 0 is position 1)."""

    operation: int
    part: int
    mask: int
    resolution_ppi: int
    preview_rate_hz: int
    timeout_ms: int

    def pack(self) -> bytes:
        """Return the data of START."""
        return _START.pack(
            self.operation, self.part, self.preview_rate_hz, self.mask, self.resolution_ppi, 0, self.timeout_ms
        )

    @classmethod
    def unpack(cls, raw: bytes) -> StartRequest:
        """Read the data of START; raises WireError."""
        if len(raw) != _START.size:
            raise WireError("start has the wrong length")
        operation, part, rate, mask, resolution, _reserved, timeout = _START.unpack(raw)
        return cls(operation, part, mask, resolution, rate, timeout)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the bulk pipe; `count` is how many fingers or eyes the scanner sees."""

    type: FrameType
    sequence: int
    operation: int
    payload: bytes
    width: int = 0
    height: int = 0
    resolution_ppi: int = 0
    part: int = 0
    count: int = 0
    mask: int = 0
    hint: Hint = Hint.NONE

    def pack(self) -> bytes:
        """Return header and payload."""
        head = _HEADER.pack(
            MAGIC, self.type, self.hint, self.sequence, self.operation, len(self.payload), self.width, self.height,
            self.resolution_ppi, self.part, self.count, self.mask, 0, zlib.crc32(self.payload),
        )  # fmt: skip
        return head + _HEADER_CHECK.pack(zlib.crc32(head)) + self.payload

    def qualities(self) -> dict[int, int]:
        """Return the device's own quality 0-100 by position, out of an END frame; raises WireError."""
        if not self.payload or len(self.payload) % 2 == 0:
            raise WireError("end frame has the wrong length")
        pairs = dict(zip(self.payload[1::2], self.payload[2::2], strict=True))
        if any(quality > 100 for quality in pairs.values()):
            raise WireError("quality beyond 100")
        return pairs

    def image_count(self) -> int:
        """Return how many images came before an END frame; raises WireError."""
        if not self.payload:
            raise WireError("end frame is empty")
        return self.payload[0]

    def failure(self) -> Failure:
        """Return why the operation failed, out of a FAILURE frame; raises WireError."""
        try:
            return Failure(struct.unpack("<H", self.payload)[0])
        except (struct.error, ValueError) as error:
            raise WireError("failure frame is wrong") from error


def end_payload(image_count: int, qualities: dict[int, int]) -> bytes:
    """Return the payload of an END frame."""
    return bytes((image_count,)) + b"".join(bytes(pair) for pair in sorted(qualities.items()))


def failure_payload(failure: Failure) -> bytes:
    """Return the payload of a FAILURE frame."""
    return struct.pack("<H", failure)


def cancel_data(operation: int) -> bytes:
    """Return the data of CANCEL; operation 0 means whatever is under way."""
    return _CANCEL.pack(operation)


def cancelled_operation(raw: bytes) -> int:
    """Read the data of CANCEL; raises WireError."""
    if len(raw) != _CANCEL.size:
        raise WireError("cancel has the wrong length")
    return int(_CANCEL.unpack(raw)[0])


@dataclass(frozen=True, slots=True)
class Event:
    """What the interrupt pipe tells: fingers down or up, or conditions that changed."""

    type: EventType
    count: int
    conditions: Condition
    operation: int

    def pack(self) -> bytes:
        """Return the eight bytes."""
        return _EVENT.pack(self.type, self.count, self.conditions, self.operation)

    @classmethod
    def unpack(cls, raw: bytes) -> Event:
        """Read the eight bytes; raises WireError."""
        if len(raw) != _EVENT.size:
            raise WireError("event has the wrong length")
        kind, count, conditions, operation = _EVENT.unpack(raw)
        try:
            return cls(EventType(kind), count, Condition(conditions), operation)
        except ValueError as error:
            raise WireError(str(error)) from error


class FrameReader:
    """Puts frames together out of the pieces that reads return."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._wanted = 1

    def feed(self, piece: bytes | memoryview) -> list[Frame]:
        """Add a piece and return the frames that are whole now; raises WireError, after which it is of no use.

        Of a piece that holds whole frames only the payloads are copied, once, so it may be a buffer used again.
        """
        if self._pending:
            self._pending += piece
            if len(self._pending) < self._wanted:
                return []
            piece = bytes(self._pending)
        frames, rest, self._wanted = _split(memoryview(piece))
        self._pending = bytearray(rest)
        return frames


def _split(data: memoryview) -> tuple[list[Frame], memoryview, int]:
    """Return the whole frames at the start, what follows them, and how many bytes that needs to become a frame."""
    frames: list[Frame] = []
    start, wanted = 0, 1
    while len(data) - start >= HEADER_SIZE:
        head, length = _checked_header(data, start)
        end = start + HEADER_SIZE + length
        if len(data) < end:
            wanted = end - start
            break
        frames.append(_frame(head, bytes(data[start + HEADER_SIZE : end])))
        start = end
    rest = data[start:]
    if not MAGIC.startswith(bytes(rest[:4])):
        raise WireError("no frame header")
    return frames, rest, wanted


def _checked_header(data: memoryview, start: int) -> tuple[bytes, int]:
    head = bytes(data[start : start + _HEADER.size])
    (check,) = _HEADER_CHECK.unpack_from(data, start + _HEADER.size)
    if head[:4] != MAGIC or check != zlib.crc32(head):
        raise WireError("no frame header")
    length = int(_HEADER.unpack(head)[5])
    if length > PAYLOAD_LIMIT:
        raise WireError("frame too long")
    return head, length


def _frame(head: bytes, payload: bytes) -> Frame:
    _magic, kind, hint, sequence, operation, _length, *rest = _HEADER.unpack(head)
    width, height, resolution, part, count, mask, _reserved, check = rest
    if check != zlib.crc32(payload):
        raise WireError("checksum of the payload is wrong")
    try:
        types = FrameType(kind), Hint(hint)
    except ValueError as error:
        raise WireError(str(error)) from error
    if types[0] in (FrameType.PREVIEW, FrameType.RESULT) and width * height != len(payload):
        raise WireError("image has the wrong size")
    return Frame(types[0], sequence, operation, payload, width, height, resolution, part, count, mask, types[1])


def _text(text: str) -> bytes:
    raw = text.encode("utf-8")[:100]
    return bytes((len(raw),)) + raw
