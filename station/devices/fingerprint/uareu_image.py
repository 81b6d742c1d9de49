"""Pictures of U.are.U 4000 and 4500 sensors: header, blocks, the stream cipher, and turning them upright.

Pure, for both ends. The format is public knowledge through free drivers; this is our
own writing of it. The sensor scrambles lines with a 32-bit shift register; key and
picture are shifted by one byte, so the last pixel of every scrambled block is lost.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from enum import IntFlag

import numpy as np

from station.devices.fingerprint.uareu_cipher import key_stream

WIDTH, HEIGHT, RESOLUTION_PPI = 384, 290, 500
HEADER_SIZE = 64
TRANSFER_SIZE = HEADER_SIZE + WIDTH * HEIGHT
_BLOCKS = 15
_HEADER = struct.Struct("<4xHB9x30s18x")
_NOISE_THRESHOLD = 5000


class WireError(ValueError):
    """The bytes are no picture."""


class BlockFlag(IntFlag):
    """What a block of lines is like."""

    NOT_PRESENT = 0x01
    ENCRYPTED = 0x02
    NO_KEY_UPDATE = 0x04
    CHANGE_KEY = 0x80


@dataclass(frozen=True, slots=True)
class Block:
    """So many lines of one kind."""

    flags: BlockFlag
    lines: int


@dataclass(frozen=True, slots=True)
class RawPicture:
    """A picture as it was transferred."""

    lines: int
    key_number: int
    blocks: tuple[Block, ...]
    data: bytes

    @classmethod
    def unpack(cls, raw: bytes) -> RawPicture:
        """Read a transfer; raises WireError when it is not whole."""
        if len(raw) < HEADER_SIZE:
            raise WireError("picture without a header")
        lines, key_number, pairs = _HEADER.unpack_from(raw)
        data = raw[HEADER_SIZE : HEADER_SIZE + lines * WIDTH]
        if not 0 < lines < HEIGHT or len(data) < lines * WIDTH:
            raise WireError("picture cut short")
        known = [Block(BlockFlag(flags), count) for flags, count in zip(pairs[::2], pairs[1::2], strict=True)]
        used = known[: next((place for place, block in enumerate(known) if not block.lines), _BLOCKS)]
        if sum(block.lines for block in used if BlockFlag.NOT_PRESENT not in block.flags) < lines:
            raise WireError("blocks do not make up the picture")
        return cls(lines, key_number, tuple(used), data)

    def pack(self) -> bytes:
        """Return the transfer."""
        pairs = b"".join(bytes((block.flags, block.lines)) for block in self.blocks)
        return _HEADER.pack(self.lines, self.key_number, pairs) + self.data

    def is_scrambled(self) -> bool:
        """Tell by the noise of the first two lines; a plain picture is smooth there."""
        if self.lines < 2:
            return False
        sums = np.frombuffer(self.data, np.uint8, 2 * WIDTH).reshape(2, WIDTH).sum(axis=0, dtype=np.int64)
        mean = int(sums.sum()) // WIDTH
        return int(((sums - mean) ** 2).sum()) // WIDTH >= _NOISE_THRESHOLD


def transfer_size(raw: bytes) -> int:
    """Return how long the transfer beginning with `raw` will be by its header, at most TRANSFER_SIZE."""
    if len(raw) < HEADER_SIZE:
        return TRANSFER_SIZE
    return min(HEADER_SIZE + int(_HEADER.unpack_from(raw)[0]) * WIDTH, TRANSFER_SIZE)


class Descrambler:
    """Makes a picture readable; asks for another key where a block says so."""

    def __init__(self, picture: RawPicture) -> None:
        self._picture = picture
        self._data = np.frombuffer(picture.data, np.uint8).copy()
        self._blocks = list(picture.blocks)
        self._done_blocks = 0
        self._done_lines = 0
        self.key_number = picture.key_number

    def run(self, key: int) -> bool:
        """Go on with a key; return False when the next key (`key_number`) is needed."""
        while self._done_blocks < len(self._blocks) and self._done_lines < self._picture.lines:
            block = self._blocks[self._done_blocks]
            if BlockFlag.CHANGE_KEY in block.flags:
                self._blocks[self._done_blocks] = replace(block, flags=block.flags & ~BlockFlag.CHANGE_KEY)
                self.key_number = (self.key_number + 1) & 0xFF
                return False
            key = self._block(block, key)
            self._done_blocks += 1
        return True

    def picture(self) -> RawPicture:
        """Return the picture with plain data."""
        return replace(self._picture, data=self._data.tobytes())

    def _block(self, block: Block, key: int) -> int:
        length = block.lines * WIDTH
        start = self._done_lines * WIDTH
        if BlockFlag.NOT_PRESENT not in block.flags:
            self._done_lines += block.lines
        if BlockFlag.NO_KEY_UPDATE in block.flags:
            return key
        stream, key = key_stream(key, length)
        if BlockFlag.ENCRYPTED in block.flags:
            lines = self._data[start : start + length]
            lines[:-1] = lines[1:] ^ stream[: lines.size - 1]
            lines[-1:] = 0
        return key


def upright(picture: RawPicture) -> bytes:
    """Return `HEIGHT` lines, ridges dark, turned by half; lines that were not present are white."""
    rows = np.zeros(WIDTH * HEIGHT, np.uint8)
    data = np.frombuffer(picture.data, np.uint8)
    taken = filled = 0
    for block in picture.blocks:
        length = block.lines * WIDTH
        if BlockFlag.NOT_PRESENT not in block.flags:
            lines = data[taken : taken + length][: rows.size - filled]
            rows[filled : filled + lines.size] = lines
            taken += length
        filled = min(filled + length, rows.size)
    eights = rows.view(np.uint64)  # reversing words of eight bytes and then their bytes is three times as fast
    return np.invert(eights[::-1]).byteswap(inplace=True).tobytes()
