"""The shift register that scrambles the lines of U.are.U pictures, a whole picture at a time.

The register is linear over GF(2): 32 steps are one matrix, and applied to all words known
so far it doubles how many are known. Pure; the same for scrambling and unscrambling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TAPS = 0x9248144D
_OUTPUT_BITS = (4, 8, 11, 14, 18, 21, 24, 29)
_BITS = 32

Words = NDArray[np.uint32]


def key_stream(key: int, length: int) -> tuple[NDArray[np.uint8], int]:
    """Return `length` bytes of the register's output and the key after them; `key` has 32 bits."""
    words: Words = np.array([key], dtype="<u4")
    level = 0
    while words.size * _BITS < length + _BITS:
        words = np.concatenate((words, _after(words, level)))
        level += 1
    bits = np.unpackbits(words.view(np.uint8), bitorder="little")
    stream: NDArray[np.uint8] = np.zeros(length, np.uint8)
    for place, source in enumerate(_OUTPUT_BITS):
        stream |= bits[source : source + length] << place
    last = np.packbits(bits[length : length + _BITS], bitorder="little")
    return stream, int.from_bytes(last.tobytes(), "little")


def _after(words: Words, level: int) -> Words:
    """Return the words 32 x 2^level steps later."""
    tables = _tables(level)
    parts = words.view(np.uint8).reshape(-1, 4)
    later: Any = tables[0][parts[:, 0]]
    for place in (1, 2, 3):
        later = later ^ tables[place][parts[:, place]]
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
