"""Conversations of a driver with its device that would cost too much if every exchange changed threads.

A conversation is a generator that runs on the device's thread. Where it yields, other
requests find their turn and a cancelled task stops, so it yields after every read that
may have taken its whole slice. What it yields is handed to the task that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Generic, Literal, TypeVar

from station.devices.transport.usb_handle import UsbHandle

Item = TypeVar("Item")


class Mark(Enum):
    """What a conversation says about itself between its items."""

    BEGUN = "begun"
    PAUSE = "pause"


BEGUN: Literal[Mark.BEGUN] = Mark.BEGUN
PAUSE: Literal[Mark.PAUSE] = Mark.PAUSE


class Conversation(Generic[Item]):
    """A conversation under way.

    Until it yields BEGUN it may be started once more on a device opened anew: a device that was gone heard nothing.
    """

    def __init__(self, talk: Callable[[UsbHandle], Iterator[Item | Mark]]) -> None:
        self._talk = talk
        self._steps: Iterator[Item | Mark] | None = None
        self._begun = False
        self.ended = False

    def may_begin_again(self) -> bool:
        """Tell whether the device has heard nothing yet that must not be said twice; then the talk starts anew."""
        if not self._begun:
            self._steps = None
        return not self._begun

    def go_on(self, handle: UsbHandle) -> Item | None:
        """Talk until there is an item (returned), a pause or the end (None)."""
        if self._steps is None:
            self._steps = self._talk(handle)
        for said in self._steps:
            if said is Mark.BEGUN:
                self._begun = True
            elif said is Mark.PAUSE:
                return None
            else:
                return said
        self.ended = True
        return None
