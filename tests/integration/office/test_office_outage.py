"""Three days without a link: the background exchange goes on trying by its own clock, and drains by itself after."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from station.domain.clock import OffsetClock
from station.keys.certificates import facts_of
from station.office import feed, tables
from station.office.kits import ClockWrong, identify, new_code
from station.office.serve import RunningOffice, ServeOptions, open_office
from station.store import records
from station.sync.loop import LONGEST_PAUSE_S, SyncLoop
from station.sync.report import SyncReport
from station.sync.trust import load_trust
from station.sync.wire import LedgerHead, SessionClaim, dumps, sign_session
from tests.integration.office.conftest import TestKit, make_kit

NOBODY_THERE = "https://127.0.0.1:9"  # the discard port: refused at once
OUTAGE = timedelta(days=3)
PACKETS_EACH = 20
CERTIFICATE_DAYS = 90
STATUSES = 30
MARGIN = timedelta(hours=2)  # a certificate renewed at the end must be good by TLS's clock, which nothing moves


class MovableClock(OffsetClock):
    """The system clock, moved on when told so."""

    def advance(self, step: timedelta) -> None:
        self._shift += step


class NoPause(random.Random):
    """Pauses inside a visit shrink to nothing; those of the loop pass on the clock of the test."""

    def uniform(self, a: float, b: float) -> float:
        del a, b
        return 0.0


class Outage:
    """A kit whose link is away: pauses move the clock, packets are sealed meanwhile, then the link is back."""

    def __init__(self, kit: TestKit, clock: MovableClock, office_url: str) -> None:
        self.kit, self._clock, self._office_url = kit, clock, office_url
        self.reports: list[SyncReport] = []
        self.pauses_s: list[float] = []
        self.loop = SyncLoop(kit.engine, on_report=self._note, randomness=random.Random(7), wait=self._pass)
        self._ends_at = clock.now() + OUTAGE
        self._reach(NOBODY_THERE)

    async def drained(self) -> None:
        """Run the loop until everything is through, within its own longest pause after the link came back."""
        async with asyncio.timeout(30):
            await self.loop.run()

    async def _pass(self, _wake: asyncio.Event, pause_s: float) -> None:
        self.pauses_s.append(pause_s)
        self._clock.advance(timedelta(seconds=pause_s))
        sealed = len(self.kit.outbox_states())
        passed = 1 - (self._ends_at - self._clock.now()) / OUTAGE
        if sealed < PACKETS_EACH and passed * PACKETS_EACH >= sealed:
            self.kit.queue(self.kit.seal(2_000, seed=sealed))
        if self._clock.now() >= self._ends_at:
            self._reach(self._office_url)
        await asyncio.sleep(0)

    def _note(self, report: SyncReport) -> None:
        self.reports.append(report)
        if report.receipts:
            self.loop.stop()

    def _reach(self, url: str) -> None:
        office = replace(self.kit.config.office, lan_url=url)
        self.kit.engine._config = replace(self.kit.config, office=office)


async def _paired_long_ago(office: RunningOffice, folder: Path, name: str, clock: MovableClock) -> TestKit:
    kit = make_kit(folder / name, office.url, name, clock=clock, randomness=NoPause())
    await kit.engine.pair(new_code(office.office, name))
    return kit


def _session(kit: TestKit, at: datetime) -> tuple[str, bytes]:
    """Return a session token the kit signed at a moment, and the certificate it goes with."""
    trust = load_trust(kit.folder / "trust")
    certificate = (kit.folder / "trust" / "kit.pem").read_bytes()
    claim = SessionClaim(trust.kit_id, at, trust.certificate.fingerprint[:16], LedgerHead(0, b""))
    return sign_session(kit.keys.signer, claim), certificate


@pytest.mark.timeout(60)
async def test_an_outage_of_three_days_and_forty_packets_drains_by_itself_with_two_kits_at_once(tmp_path: Path) -> None:
    # paired so long ago that the certificates end during the outage; the outage ends now, by the clock TLS looks at
    long_ago = timedelta(days=CERTIFICATE_DAYS + 1)
    clock = MovableClock(-long_ago - MARGIN)
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options, open_office(options, clock=clock)) as office:
        kits = [await _paired_long_ago(office, tmp_path, name, clock) for name in ("KIT-1", "KIT-2")]
        clock.advance(long_ago - OUTAGE)
        began_at = clock.now()
        outages = [Outage(kit, clock, office.url) for kit in kits]
        with office.office.database.write() as connection:
            for number in range(STATUSES):
                body = {"nik": f"{6311010101080000 + number}", "packet_id": f"{number:032x}", "status": "SFE"}
                feed.append(connection, "KIT-1", "status", dumps({**body, "at": began_at.isoformat()}), began_at)

        await asyncio.gather(*(outage.drained() for outage in outages))

        with office.office.database.read() as connection:
            received = connection.execute(select(tables.packet.c.kit_id, tables.packet.c.received_at)).all()
    assert clock.now() - began_at >= OUTAGE
    assert [kit_id for kit_id, _at in received].count("KIT-1") == PACKETS_EACH
    assert len(received) == 2 * PACKETS_EACH == 40
    assert min(datetime.fromisoformat(at) for _kit_id, at in received) >= began_at + OUTAGE
    for outage in outages:
        _looks_like_three_days_of_patience(outage)
        drained = outage.reports[-1]
        assert (drained.receipts, drained.problems, drained.connections) == (PACKETS_EACH, (), 1)
        assert set(outage.kit.outbox_states().values()) == {"delivered"}
        certificate = load_trust(outage.kit.folder / "trust").certificate
        assert certificate.not_after - clock.now() > timedelta(days=CERTIFICATE_DAYS - 1), "renewed after its end"
    assert outages[0].reports[-1].feed_items == STATUSES
    with kits[0].database.read() as connection:
        assert {row.status for row in records.statuses(connection)} == {"SFE"}


def _looks_like_three_days_of_patience(outage: Outage) -> None:
    failed = outage.reports[:-1]
    assert all("sync-no-connection" in {problem.message_id for problem in report.problems} for report in failed)
    assert sum(report.receipts for report in failed) == 0
    # two kits share the clock: each sees about half of the pauses
    assert 100 < len(failed) < 600, "no busy loop, and never given up"
    assert max(outage.pauses_s) <= LONGEST_PAUSE_S
    assert outage.pauses_s[0] <= 5.0 < outage.pauses_s[5]


async def test_a_session_signed_before_an_outage_is_refused_after_it(tmp_path: Path) -> None:
    clock = MovableClock(-OUTAGE)
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options, open_office(options, clock=clock)) as office:
        kit = await _paired_long_ago(office, tmp_path, "KIT-1", clock)
        token, certificate = _session(kit, clock.now())
        assert identify(office.office, token, certificate).kit_id == "KIT-1"
        clock.advance(OUTAGE)
        with pytest.raises(ClockWrong):
            identify(office.office, token, certificate)
        assert facts_of(certificate).not_after > datetime.now(UTC)
