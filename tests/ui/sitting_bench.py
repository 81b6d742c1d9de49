"""A student before a kit that works, for the tests of a sitting in the app."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from simulators.people.person import Person
from station.bootstrap import StationServices
from station.devices.kit import Kit
from station.domain.clock import ManualClock
from tests.capture_desk import DeskKit, TestDevices
from tests.ui.ui_bench import add_staff, add_students, make_services


class QuietKit(DeskKit):
    """The desk's devices, of which nothing is asked between captures."""

    async def reports(self) -> list[object]:
        return []


def services_before(person: Person, folder: Path) -> StationServices:
    """Return services with a session in which this one person stands before the kit."""
    services = make_services(folder)
    devices = TestDevices(person, cast("ManualClock", services.clock))
    services.__dict__["kit"] = cast("Kit", QuietKit(devices))
    boss = add_staff(services)
    services.sessions.open(boss, add_students(services, boss, [person.biodata]).school_id)
    return services
