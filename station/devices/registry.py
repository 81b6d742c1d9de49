"""Finds drivers by entry point, so that a third party adds one without touching this repository.

A driver is a function `open(address, name, options) -> device`, registered in the
group `station.drivers` under `<kind>.<driver>`, for example `fingerprint.livescan`.
Opening does not touch the hardware; the first call does. A driver that cannot be loaded
or opened is told like every other trouble: one bad package stops no other device.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from station.config import DeviceConfig
from station.devices.identity import DeviceIdentity, Readiness
from station.domain.errors import BadInput

ENTRY_POINT_GROUP = "station.drivers"
_log = logging.getLogger("station.devices.registry")


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
    """Make the driver for one entry of kit.toml; raises BadInput when the driver or its settings are no good."""
    factory = find_driver(config.kind, config.driver)
    try:
        return factory(config.address, config.name, config.options)
    except (ValueError, TypeError, KeyError) as error:
        _log.exception("driver %s.%s does not take its settings", config.kind, config.driver)
        raise BadInput("driver-settings-wrong", device=config.name, reason=str(error)) from error


def find_driver(kind: str, driver: str) -> DriverFactory:
    """Return the factory registered as `<kind>.<driver>`; raises BadInput when it is not there or cannot be loaded."""
    entry = _drivers().get(f"{kind}.{driver}")
    if entry is None:
        known = ", ".join(sorted(name for name in _drivers() if name.startswith(f"{kind}.")))
        raise BadInput("driver-unknown", kind=kind, driver=driver, known=known or "–")
    try:
        factory: DriverFactory = entry.load()
    except Exception as error:
        _log.exception("driver %s cannot be loaded", entry.name)
        raise BadInput("driver-broken", device=entry.name, reason=str(error)) from error
    return factory


@lru_cache(maxsize=1)
def _drivers() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}
