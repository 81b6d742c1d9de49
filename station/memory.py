"""Keeps the memory of a long day flat by telling the C library how to hand it out.

Recording a person makes and drops hundreds of pictures of half a megabyte to ten, on
several threads. Left to itself glibc gives every thread a heap of its own and, once it
has seen a few large blocks come and go, puts large blocks on those heaps too; a small
block that stays above them then keeps all of it from going back. That looks like a leak
and grows with the number of students. Fixed limits stop it: few heaps, and each picture
in pages of its own that go back to the system the moment it is dropped.
"""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # mallopt(3)
_HEAPS = 2
_PICTURE_BYTES = 1024 * 1024
_KEPT_FREE_BYTES = 8 * 1024 * 1024


def keep_memory_flat() -> bool:
    """Set the limits for this process; returns whether its C library has them (glibc has)."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    limits = ((_ARENA_MAX, _HEAPS), (_MMAP_THRESHOLD, _PICTURE_BYTES), (_TRIM_THRESHOLD, _KEPT_FREE_BYTES))
    set_by_us = [mallopt(name, value) == 1 for name, value in limits]
    return all(set_by_us)
