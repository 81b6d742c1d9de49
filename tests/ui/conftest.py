"""What all tests of the app share: a disk with room, whatever this machine has, and a hand that fills it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import NamedTuple

import pytest

MIB = 1024 * 1024


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def free_space(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a call that sets the free space, in MiB; at first there is plenty."""
    free_mib = [100_000]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(200_000 * MIB, 0, free_mib[0] * MIB))

    def set_free(mib: int) -> None:
        free_mib[0] = mib

    return set_free
