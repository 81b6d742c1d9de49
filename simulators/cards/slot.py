"""A place a card can be: in the encoder, on the desk reader, in the module slot.

The printer puts cards in and takes them out; the reader model asks for the card. Safe
between threads. Does not simulate: radio field strength, or two cards in one field.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class CardGone(Exception):
    """The card left or lost power in mid-command."""


class CardApplication(Protocol):
    """What a reader model sees of a card."""

    def power_on(self) -> bytes:
        """Give power and return the answer to reset."""

    def power_off(self) -> None:
        """Take power away; sessions are gone."""

    def process(self, apdu: bytes) -> bytes:
        """Answer one command with data and status word; raises CardGone when the card tears."""


class CardSlot:
    """Holds at most one card and tells listeners when it changes."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._card: CardApplication | None = None
        self._listeners: list[Callable[[bool], None]] = []

    def insert(self, card: CardApplication) -> None:
        """Put a card in; raises ValueError when the slot is taken."""
        with self._lock:
            if self._card is not None:
                raise ValueError("there is a card in the slot already")
            self._card = card
        self._tell(True)

    def remove(self) -> CardApplication | None:
        """Take the card out, if there is one; it loses its power."""
        with self._lock:
            card, self._card = self._card, None
        if card is not None:
            card.power_off()
            self._tell(False)
        return card

    @property
    def present(self) -> bool:
        """Tell whether a card is in."""
        with self._lock:
            return self._card is not None

    def card(self) -> CardApplication | None:
        """Return the card that is in."""
        with self._lock:
            return self._card

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Call `listener` with True when a card came and False when it went."""
        with self._lock:
            self._listeners.append(listener)

    def _tell(self, present: bool) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(present)
