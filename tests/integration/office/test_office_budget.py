"""The metered link: its budget holds packets back, small things go, a person may send all the same."""

from __future__ import annotations

from dataclasses import replace

from station.devices.errors import NoReply
from station.devices.modem.interface import DataCounters
from station.office.serve import RunningOffice
from station.sync.engine import M2M
from tests.integration.office.conftest import TestKit


class LinkUp:
    """A modem that only notes what it is asked; the real driver has its own tests."""

    def __init__(self) -> None:
        self.log: list[str] = []

    async def connect(self, apn: str) -> str:
        self.log.append(f"connect {apn}")
        return "10.0.0.2"

    async def counters(self) -> DataCounters:
        raise NoReply("modem", "AT+QGDCNT")  # then our own count stands

    async def disconnect(self) -> None:
        self.log.append("disconnect")


class ModemOnly:
    """A kit with nothing but a modem."""

    def __init__(self) -> None:
        self.link = LinkUp()

    def modem(self) -> LinkUp:
        return self.link


async def test_the_budget_of_the_metered_link_holds_packets_back(paired: TestKit, office: RunningOffice) -> None:
    small = replace(paired.config.office, metered_budget_mib_per_day=0)
    paired.config = replace(paired.config, office=small)
    paired.at(office.url)
    kit = ModemOnly()
    paired.engine._kit = kit  # type: ignore[assignment]
    packet = paired.queue(paired.seal(2_000))
    event = paired.say("note", b"\xa0")

    report = await paired.engine.run_once(M2M)

    assert [problem.message_id for problem in report.problems] == ["sync-budget-spent"]
    assert paired.outbox_states() == {packet: "waiting", event: "delivered"}
    assert paired.engine.status().metered_bytes_today == report.bytes_on_wire > 0

    assert (await paired.engine.run_once(M2M, within_budget=False)).receipts == 1
    assert kit.link.log == ["connect m2m.contoh", "disconnect"] * 2
