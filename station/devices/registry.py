"""Finds drivers by entry point, so that a third party adds one without touching this repository.

A driver is a function `open(address, name, options) -> device`, registered in the
group `station.drivers` under `<kind>.<driver>`, for example `fingerprint.livescan`.
Opening does not touch the hardware; the first call does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from station.config import DeviceConfig
from station.devices.identity import DeviceIdentity, Readiness
from station.domain.errors import BadInput

ENTRY_POINT_GROUP = "station.drivers"


class Device(Protocol):
    """What every device kind has in common."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot work now."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""


DriverFactory = Callable[[str, str, Mapping[str, str]], Device]


def open_device(config: DeviceConfig) -> Device:
    """Make the driver for one entry of kit.toml; raises BadInput when no such driver is installed."""
    return find_driver(config.kind, config.driver)(config.address, config.name, config.options)


def find_driver(kind: str, driver: str) -> DriverFactory:
    """Return the factory registered as `<kind>.<driver>`."""
    entry = _drivers().get(f"{kind}.{driver}")
    if entry is None:
        known = ", ".join(sorted(name for name in _drivers() if name.startswith(f"{kind}.")))
        raise BadInput("driver-unknown", kind=kind, driver=driver, known=known)
    factory: DriverFactory = entry.load()
    return factory


@lru_cache(maxsize=1)
def _drivers() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}
