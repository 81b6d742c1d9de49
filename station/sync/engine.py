"""Runs sync: ledger and events first, then the feed, then packets oldest first, then the feed again.

Everything may be interrupted anywhere and run again; nothing is deleted here, and an item
counts as sent only with the office's signed receipt.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from station.config import KitConfig
from station.devices.errors import DeviceError
from station.devices.kit import Kit
from station.devices.modem.interface import Modem
from station.domain.clock import Clock, local_date
from station.domain.errors import BadInput, Refused, StationError, StorageFailure, Tampered
from station.domain.identifiers import IdSource
from station.keys.keystore import KitKeys
from station.store import outbox, records
from station.store.database import Database
from station.store.outbox import OutboxItem, OutboxState
from station.sync import medium, pairing, wire
from station.sync.connection import Endpoint, LinkLost
from station.sync.inbox import Handler, Inbox
from station.sync.medium import MediumReport
from station.sync.outgoing import Book, BookSource, LedgerSource, NoLedger, Outgoing
from station.sync.report import SyncProblem, SyncReport, SyncStatus
from station.sync.session import Paused, Visit
from station.sync.standing import RATE, WARN_CERTIFICATE, standing
from station.sync.trust import Trust, load_trust
from station.sync.upload import Upload

LAN, M2M = "lan", "m2m"
LAST_CONTACT = "last_contact"
CLOCK_OFFSET = "clock_offset"
SET_ASIDE_AFTER = 3
RATE_FROM_BYTES = 100_000
_MIB = 1024 * 1024
_MOST_PAGES = 10_000
_POISON_STATUS = {400, 404, 409, 413, 422}


@dataclass(slots=True)
class _Tally:
    packets: int = 0
    receipts: int = 0
    feed: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    events: int = 0
    problems: list[SyncProblem] = field(default_factory=list)


class SyncEngine:
    """Sync of one kit; one run at a time, in a worker thread."""

    def __init__(
        self,
        database: Database,
        kit: Kit,
        config: KitConfig,
        keys: KitKeys,
        handlers: Mapping[str, Handler],
        clock: Clock,
        ids: IdSource,
        book: Book | None = None,
        randomness: random.Random | None = None,
    ) -> None:
        self._database, self._kit, self._config, self._keys = database, kit, config, keys
        self._clock, self._ids = clock, ids
        self._ledger: LedgerSource = NoLedger() if book is None else BookSource(book)
        self._inbox = Inbox(database, handlers, clock)
        self._randomness = randomness or random.SystemRandom()
        self._endpoints: dict[str, Endpoint] = {}
        self._running = asyncio.Lock()
        self._stop = threading.Event()
        self._visit_now: Visit | None = None
        self._link_now = ""
        self._paused = False
        self._within_budget = True

    @property
    def trust_dir(self) -> Path:
        """Return the folder that holds what the office gave at pairing."""
        return self._config.data_dir / "trust"

    async def pair(self, code: str, url: str = "") -> str:
        """Join an office by its one-time code and return the kit's identifier there."""
        address = url or self._config.office.lan_url or self._config.office.m2m_url
        args = (address, code, self._config.kit_id, self._keys, self.trust_dir, self._clock)
        trust = await asyncio.to_thread(pairing.pair, *args)
        self._endpoints.clear()
        return trust.kit_id

    async def renew(self, url: str = "") -> None:
        """Get a fresh certificate; works after the old one expired."""
        address = url or self._config.office.lan_url or self._config.office.m2m_url
        await asyncio.to_thread(pairing.renew, address, self._keys, self.trust_dir, self._clock.now())
        self._endpoints.clear()

    async def run_once(self, link: str = LAN, within_budget: bool = True) -> SyncReport:
        """Sync until nothing is left or the link gives up; problems are in the report.

        `within_budget=False` sends over the metered link though the day's budget is spent.

        Raises NotAllowed when this kit is not paired, DeviceError when the modem cannot connect.
        """
        async with self._running:
            trust = load_trust(self.trust_dir)
            self._stop.clear()
            self._within_budget = within_budget
            if link != M2M:
                return await asyncio.to_thread(self._run, trust, LAN, self._config.office.lan_url)
            if self._paused:
                return await asyncio.to_thread(self._run, trust, M2M, "")
            modem = self._kit.modem()
            await modem.connect(self._config.office.apn)
            try:
                report = await asyncio.to_thread(self._run, trust, M2M, self._config.office.m2m_url)
                await self._note_data_use(modem, report.bytes_on_wire)
                return report
            finally:
                await modem.disconnect()

    def pause(self) -> None:
        """Stop after what is being written now; what the office has stays there."""
        self._paused = True
        self._stop.set()

    def halt(self) -> None:
        """Stop the present run only; the next one may begin."""
        self._stop.set()

    def link_lost(self, gone: frozenset[str], link: str) -> None:
        """End the run that goes over this link or from one of these addresses, without waiting for silence."""
        visit = self._visit_now
        if visit is not None and (self._link_now == link or visit.local_address in gone):
            visit.break_off()

    def resume(self) -> None:
        """Allow sync again."""
        self._paused = False

    def retry(self, item_id: str) -> None:
        """Put an item that stepped aside back in the queue."""
        with self._database.write() as connection:
            outbox.retry_set_aside(connection, item_id)

    def retry_inbox(self) -> int:
        """Apply again what was set aside from the feed; return how many went through."""
        return self._inbox.retry_refused()

    async def export_medium(self, folder: Path) -> MediumReport:
        """Write what waits to a USB medium, sealed; raises StorageFailure, NotAllowed when not paired."""
        trust = load_trust(self.trust_dir)
        recipient = str(json.loads((self.trust_dir / "recipients.json").read_text())["office"])
        parts = (self._database, self._outgoing(trust), self._inbox, trust)
        return await asyncio.to_thread(medium.export_medium, folder, self._config.data_dir, *parts, recipient)

    async def import_medium(self, folder: Path) -> MediumReport:
        """Read receipts and feed that the office wrote to a USB medium."""
        trust = load_trust(self.trust_dir)
        parts = (self._database, self._outgoing(trust), self._inbox, trust)
        identity = self._keys.sealing_identity
        return await asyncio.to_thread(medium.import_medium, folder, self._config.data_dir, *parts, identity)

    def status(self) -> SyncStatus:
        """Return how sync stands, from what is stored: no link is used."""
        return standing(self._database, self._config, self.trust_dir, self._clock, self._paused)

    def statuses(self) -> list[records.RecordStatusRow]:
        """Return the newest known status of every record."""
        with self._database.read() as connection:
            return records.statuses(connection)

    def _run(self, trust: Trust, link: str, url: str) -> SyncReport:
        started_s = self._clock.monotonic_s()
        tally = _Tally()
        if self._paused or not url:
            problem = Paused("sync-paused") if self._paused else BadInput("sync-no-address", link=link)
            tally.problems.append(SyncProblem.of(problem))
            return SyncReport(0, 0, 0, {}, 0, 0.0, tuple(tally.problems))
        trust = self._fresh_trust(trust, url, tally)
        endpoint = self._endpoint(trust, link, url)
        connections_before = endpoint.count.connections
        signer, head = self._keys.signer, self._ledger.head()
        visit = Visit(endpoint, trust, signer, head, self._clock, self._randomness, self._stop)
        self._visit_now, self._link_now = visit, link
        try:
            self._visit(visit, link, tally)
        except StationError as error:
            tally.problems.append(SyncProblem.of(error))
        finally:
            self._visit_now = None
            visit.close()
            seconds = self._clock.monotonic_s() - started_s
            self._note_visit(link, visit, seconds, heard=endpoint.count.received > 0)
        return SyncReport(
            packets_sent=tally.packets,
            bytes_on_wire=visit.wire_bytes,
            receipts=tally.receipts,
            feed=dict(tally.feed),
            ledger_entries=tally.entries,
            seconds=seconds,
            problems=tuple(tally.problems),
            connections=endpoint.count.connections - connections_before,
            events_sent=tally.events,
        )

    def _fresh_trust(self, trust: Trust, url: str, tally: _Tally) -> Trust:
        """Renew the certificate in its last weeks or after its end; a failed renewal is told, sync is tried anyway."""
        with self._database.read() as connection:
            offset_s = int((records.get_state(connection, CLOCK_OFFSET) or b"0").decode())
        now = self._clock.now() + timedelta(seconds=offset_s)
        if trust.certificate.not_after - now > WARN_CERTIFICATE:
            return trust
        try:
            renewed = pairing.renew(url, self._keys, self.trust_dir, now)
        except StationError as error:
            tally.problems.append(SyncProblem.of(error))
            return trust
        self._endpoints.clear()
        return renewed

    def _visit(self, visit: Visit, link: str, tally: _Tally) -> None:
        self._send_batches(visit, tally)
        self._read_feed(visit, tally)
        if self._send_packets(visit, link, tally):
            self._read_feed(visit, tally)

    def _send_batches(self, visit: Visit, tally: _Tally) -> None:
        outgoing = self._outgoing(visit.trust)
        while (under_way := outgoing.next()) is not None:
            try:
                signed = visit.call("POST", "/v1/batches", under_way.message)
            except Refused as error:
                if not _is_poison(error):
                    raise
                outgoing.refused(under_way, str(error.params.get("reason", "")))
                tally.problems.append(SyncProblem.of(error, under_way.batch_id))
                return
            reply = wire.decode_reply(signed, visit.trust.office_public)
            if (reply.kit_id, reply.batch_id) != (visit.trust.kit_id, under_way.batch_id):
                raise Tampered("sync-reply-other")
            outgoing.answered(under_way, reply, signed)
            tally.events += len(under_way.event_ids)
            tally.problems.extend(SyncProblem(problem, {}, under_way.batch_id) for problem in reply.problems)
            if reply.problems:
                return
            tally.entries += under_way.entries

    def _read_feed(self, visit: Visit, tally: _Tally) -> None:
        outgoing = self._outgoing(visit.trust)
        for _page in range(_MOST_PAGES):
            after = self._inbox.cursor()
            page = wire.decode_page(visit.call("GET", f"/v1/feed?after={after}&columns=1"), visit.trust.office_public)
            if page.kit_id != visit.trust.kit_id or page.after != after:
                raise Tampered("sync-reply-other")
            outgoing.learn(page.in_columns)
            for item in page.items:
                error = self._inbox.apply(item)
                tally.feed[item.kind] += 1
                if error is not None:
                    tally.problems.append(SyncProblem.of(error, f"feed:{item.number}"))
            if self._inbox.cursor() >= page.last:
                return  # the next question, in this visit or the next, tells the office what was applied

    def _send_packets(self, visit: Visit, link: str, tally: _Tally) -> int:
        with self._database.read() as connection:
            waiting = outbox.items(connection, OutboxState.WAITING, "packet")
        for item in waiting:
            if link == M2M and self._within_budget and self._budget_left(visit) < item.size:
                tally.problems.append(SyncProblem("sync-budget-spent", {"waiting": len(waiting)}))
                break
            try:
                self._send_packet(visit, item, tally)
            except (Refused, StorageFailure, Tampered) as error:
                if isinstance(error, Refused) and not _is_poison(error):
                    raise
                aside = item.tries + 1 >= SET_ASIDE_AFTER or isinstance(error, StorageFailure)
                with self._database.write() as connection:
                    outbox.note_failure(connection, item.item_id, _reason(error)[:200], set_aside=aside)
                tally.problems.append(SyncProblem.of(error, item.item_id))
        return tally.packets

    def _send_packet(self, visit: Visit, item: OutboxItem, tally: _Tally) -> None:
        path = self._config.data_dir / item.body.decode()
        reply = visit.send_file(Upload(item.item_id, path, announce=True))
        signed = _receipt_bytes(reply.headers.get("station-receipt", ""))
        receipt = wire.decode_receipt(signed, visit.trust.office_public)
        if (receipt.packet_id, receipt.sha256, receipt.size) != (item.item_id, _sha256(path), path.stat().st_size):
            raise Tampered("sync-receipt-other")
        with self._database.write() as connection:
            outbox.mark_delivered(connection, item.item_id, signed)
        tally.packets += 1
        tally.receipts += 1

    def _outgoing(self, trust: Trust) -> Outgoing:
        return Outgoing(self._database, self._ledger, self._keys.signer, trust.kit_id, self._clock, self._ids)

    def _endpoint(self, trust: Trust, link: str, url: str) -> Endpoint:
        known = self._endpoints.get(link)
        if known is None or known.url != url:
            known = self._endpoints[link] = Endpoint(url, trust.context())
        return known

    def _budget_left(self, visit: Visit) -> int:
        day = local_date(self._clock.now(), self._config.time_zone).isoformat()
        with self._database.read() as connection:
            used = records.usage(connection, day, M2M)
        return self._config.office.metered_budget_mib_per_day * _MIB - used - visit.wire_bytes

    async def _note_data_use(self, modem: Modem, counted: int) -> None:
        """Add what the modem counted beyond our own bytes: packet headers, and whatever else used the link."""
        try:
            counters = await modem.counters()
        except DeviceError:
            return  # the link is gone; what we wrote and read ourselves is counted
        more = counters.sent_bytes + counters.received_bytes - counted
        if more > 0:
            await asyncio.to_thread(self._add_usage, M2M, more)

    def _add_usage(self, link: str, count: int) -> None:
        day = local_date(self._clock.now(), self._config.time_zone).isoformat()
        with self._database.write() as connection:
            records.add_usage(connection, day, link, count)

    def _note_visit(self, link: str, visit: Visit, seconds: float, heard: bool) -> None:
        now, wire_bytes = self._clock.now(), visit.wire_bytes
        with self._database.write() as connection:
            records.add_usage(connection, local_date(now, self._config.time_zone).isoformat(), link, wire_bytes)
            if wire_bytes >= RATE_FROM_BYTES and seconds > 0:
                records.put_state(connection, f"{RATE}_{link}", str(round(wire_bytes / seconds)).encode())
            if heard:
                records.put_state(connection, LAST_CONTACT, now.isoformat().encode())
                offset_s = int(visit.clock_offset.total_seconds())
                records.put_state(connection, CLOCK_OFFSET, str(offset_s).encode())


def _is_poison(error: Refused) -> bool:
    """Tell whether the office refuses this very thing for good, not just now and not us as a whole."""
    return error.params.get("status") in _POISON_STATUS


def _reason(error: StationError) -> str:
    return str(error.params.get("reason") or error.message_id)


def _receipt_bytes(header: str) -> bytes:
    try:
        return base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Tampered("sync-receipt-other") from error


def _sha256(path: Path) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


__all__ = ["LAN", "M2M", "LinkLost", "SyncEngine"]
