"""What every device can say about itself: who it is, and whether it is ready and why not."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Maker, model, serial number and firmware as the device reports them."""

    make: str
    model: str
    serial: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """All conditions that keep a device from working, as message identifiers; none means ready.

    `details` are facts to show beside it (signal, temperature, level), by message identifier.
    `limits` are what such a device cannot do at all, as message identifiers; they do not stand in the way.
    `may_wait` are those of `problems` that need not be mended before the kit sets out.
    """

    problems: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    may_wait: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.problems

    @property
    def usable(self) -> bool:
        """Tell whether the device works as it is: whatever is wrong may wait."""
        return set(self.problems) <= set(self.may_wait)
