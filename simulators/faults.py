"""The scripted fault language: what goes wrong, at which device, at which operation.

A script is a list of lines such as

    fingerprint capture 3 unplug seconds=2
    fingerprint slap:LEFT_FOUR 5 short
    printer print_card 2 jam
    link bytes 200000 cut seconds=1

device, operation, the how-many-th operation of that name (1 is the next one),
the fault, and its settings. Each line strikes once. What a fault does is the
device model's business.

Does not simulate: faults that grow with time or temperature.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once."""

    device: str
    operation: str
    at: int
    action: str
    settings: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """Return a numeric setting."""
        return float(self.settings.get(name, default))


class FaultScript:
    """Faults waiting to strike; device models ask before every operation. Safe between threads."""

    def __init__(self, faults: list[Fault] | None = None) -> None:
        self._lock = threading.Lock()
        self._waiting = list(faults or [])
        self._counts: dict[tuple[str, str], int] = {}
        self._struck: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; its count starts from the operations still to come."""
        with self._lock:
            done = self._counts.get((fault.device, fault.operation), 0)
            moved = Fault(fault.device, fault.operation, fault.at + done, fault.action, fault.settings)
            self._waiting.append(moved)

    def take(self, device: str, operation: str) -> Fault | None:
        """Count one operation and return the fault that strikes it, if any."""
        with self._lock:
            count = self._counts.get((device, operation), 0) + 1
            self._counts[device, operation] = count
            for fault in self._waiting:
                if (fault.device, fault.operation, fault.at) == (device, operation, count):
                    self._waiting.remove(fault)
                    self._struck.append(fault)
                    return fault
        return None

    def struck(self) -> tuple[Fault, ...]:
        """Return the faults that have happened, in order."""
        with self._lock:
            return tuple(self._struck)

    def waiting(self) -> tuple[Fault, ...]:
        """Return the faults that have not happened yet."""
        with self._lock:
            return tuple(self._waiting)


def parse_fault(line: str) -> Fault:
    """Read one line of the fault language; raises ValueError with the reason."""
    words = line.split()
    if len(words) < 4:
        raise ValueError(f"a fault is: device operation count action [name=value ...]; got {line!r}")
    device, operation, count, action, *settings = words
    pairs = [setting.partition("=") for setting in settings]
    if not all(mark for _name, mark, _value in pairs):
        raise ValueError(f"settings are name=value; got {line!r}")
    return Fault(device, operation, int(count), action, {name: value for name, _mark, value in pairs})


def parse_script(text: str) -> FaultScript:
    """Read a script, one fault a line; empty lines and lines that begin with # are passed over."""
    lines = (line.strip() for line in text.splitlines())
    return FaultScript([parse_fault(line) for line in lines if line and not line.startswith("#")])
