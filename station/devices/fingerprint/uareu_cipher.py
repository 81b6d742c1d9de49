"""The shift register that scrambles the lines of U.are.U pictures, a whole picture at a time.

The register is linear over GF(2): the output for a key is that of its single bits added
up, and those 32 outputs are worked out once. 32 steps are one matrix, and applied to all
words known so far it doubles how many are known. Pure; the same for scrambling and
unscrambling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TAPS = 0x9248144D
_OUTPUT_BITS = (4, 8, 11, 14, 18, 21, 24, 29)
_BITS = 32
_SHORTEST = 1024
_KEPT_LENGTHS = 8  # up to 131,072 bytes; a picture has 111,360

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]


def key_stream(key: int, length: int) -> tuple[Bytes, int]:
    """Return `length` bytes of the register's output and the key after them; `key` has 32 bits."""
    streams, words = _of_single_bits(max(_SHORTEST, 1 << (length - 1).bit_length() if length else 0))
    place, shift = divmod(length, _BITS)
    stream: NDArray[np.uint64] = np.zeros(-(-length // 8), np.uint64)
    after = 0
    for bit in range(_BITS):
        if key >> bit & 1:
            np.bitwise_xor(stream, streams[bit, : stream.size], out=stream)
            after ^= int(words[bit, place]) | int(words[bit, place + 1]) << _BITS
    return stream.view(np.uint8)[:length], after >> shift & 0xFFFFFFFF


@lru_cache(maxsize=_KEPT_LENGTHS)
def _of_single_bits(length: int) -> tuple[NDArray[np.uint64], Words]:
    """Return, for the keys 1, 2, 4 and so on, `length` bytes of output (as words of eight) and all states passed."""
    words: Words = np.array([[1 << bit] for bit in range(_BITS)], dtype="<u4")
    level = 0
    while words.shape[1] * _BITS < length + 2 * _BITS:
        words = np.concatenate((words, _after(words, level)), axis=1)
        level += 1
    bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
    streams: Bytes = np.zeros((_BITS, length), np.uint8)
    for place, source in enumerate(_OUTPUT_BITS):
        streams |= bits[:, source : source + length] << place
    return streams.view(np.uint64), words


def _after(words: Words, level: int) -> Words:
    """Return the words 32 x 2^level steps later."""
    tables = _tables(level)
    parts = words.view(np.uint8).reshape(*words.shape, 4)
    later: Any = tables[0][parts[..., 0]]
    for place in (1, 2, 3):
        later = later ^ tables[place][parts[..., place]]
    return np.ascontiguousarray(later, dtype="<u4")


@lru_cache(maxsize=_BITS)
def _tables(level: int) -> tuple[Words, ...]:
    """Return, for each byte of a word, what its 256 values contribute to the word 32 x 2^level steps later."""
    tables = []
    columns = _columns(level)
    for byte in range(4):
        table: Words = np.zeros(1, "<u4")
        for column in columns[8 * byte : 8 * byte + 8]:
            table = np.concatenate((table, table ^ np.uint32(column)))
        tables.append(table)
    return tuple(tables)


def _columns(level: int) -> tuple[int, ...]:
    if level == 0:
        return tuple(_stepped(1 << bit) for bit in range(_BITS))
    half = _after(np.array(_columns(level - 1), "<u4"), level - 1)
    return tuple(int(column) for column in half)


def _stepped(key: int) -> int:
    for _number in range(_BITS):
        key = ((key & _TAPS).bit_count() & 1) << 31 | key >> 1
    return key
