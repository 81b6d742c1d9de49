"""What a screen asks of the app: to go on with an open kit, to let somebody in or out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from station.domain.staff import Actor

if TYPE_CHECKING:
    from station.ui.services import Services


@dataclass
class KitOpened(Message):
    """The kit was unlocked; these are its services."""

    services: Services


@dataclass
class SignedIn(Message):
    """Somebody has shown who they are."""

    actor: Actor


@dataclass
class SignedOut(Message):
    """Whoever was signed in makes room for somebody else."""
