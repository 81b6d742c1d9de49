"""Identifiers are ours, made before anything is sent, and injected."""

from __future__ import annotations

import uuid
from typing import Protocol


class IdSource(Protocol):
    """Makes identifiers of 32 lower-case hexadecimal digits."""

    def new(self) -> str:
        """Return an identifier never returned before."""


class RandomIds:
    """Random identifiers (UUID version 4, RFC 9562)."""

    def new(self) -> str:
        """Return a fresh identifier."""
        return uuid.uuid4().hex


class CountedIds:
    """Identifiers 1, 2, 3 and so on, for tests that compare whole outputs."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        """Return the next identifier."""
        self._count += 1
        return f"{self._count:032x}"
