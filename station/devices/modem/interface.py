"""An M2M modem as the rest of the program sees it (3GPP TS 27.007)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness


class SimState(Enum):
    """State of the SIM (+CPIN)."""

    READY = "READY"
    PIN_NEEDED = "SIM PIN"
    PUK_NEEDED = "SIM PUK"
    ABSENT = "ABSENT"


class RegistrationState(Enum):
    """Network registration (+CREG, +CGREG, +CEREG)."""

    NOT_SEARCHING = 0
    HOME = 1
    SEARCHING = 2
    DENIED = 3
    UNKNOWN = 4
    ROAMING = 5

    @property
    def registered(self) -> bool:
        """Tell whether the modem may use the network."""
        return self in (RegistrationState.HOME, RegistrationState.ROAMING)


class AccessTechnology(Enum):
    """Radio generation in use."""

    NONE = "-"
    G2 = "2G"
    G3 = "3G"
    G4 = "4G"


@dataclass(frozen=True, slots=True)
class NetworkState:
    """What the modem knows about the network; signal in dBm, None when not detectable."""

    registration: RegistrationState
    technology: AccessTechnology
    operator: str
    signal_dbm: int | None
    attached: bool


@dataclass(frozen=True, slots=True)
class DataCounters:
    """Bytes since the context came up."""

    sent_bytes: int
    received_bytes: int


LinkListener = Callable[[bool], None]
"""Hears True when the network can carry data again, False when it no longer does; called on the event loop."""


class Modem(Protocol):
    """Brings a data link up and down and tells its state."""

    def watch_link(self, listener: LinkListener | None) -> None:
        """Tell one listener of changes from now on, None for nobody; heard while the device is open."""

    async def identity(self) -> DeviceIdentity:
        """Return maker, model, IMEI as serial, firmware."""

    async def readiness(self) -> Readiness:
        """Return every reason why no data can flow now."""

    async def sim_state(self) -> SimState:
        """Return the state of the SIM."""

    async def enter_pin(self, pin: str) -> None:
        """Unlock the SIM once; never repeated by itself, three wrong tries block the card."""

    async def network(self) -> NetworkState:
        """Return registration, technology, operator and signal."""

    async def connect(self, apn: str, timeout_s: float = 60.0) -> str:
        """Attach and activate a packet data context; return the address given by the network."""

    async def disconnect(self) -> None:
        """Deactivate the context; may be repeated."""

    async def counters(self) -> DataCounters:
        """Return bytes sent and received in the present context."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
