"""Works off what kits sent: opens packets, hands them to the centre, follows their status, answers events.

The only place that decrypts. Rows are claimed with SKIP LOCKED, so that any number of
workers may run; a row that fails waits longer each time and never blocks the next.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from station.capture.packet import PacketContents, open_packet
from station.domain.errors import StationError, StorageFailure
from station.domain.status import RecordStatus
from station.keys.sealing import seal
from station.office import feed, field_staff
from station.office.centre_link import CentreStatus
from station.office.context import Office
from station.office.database import claim
from station.office.kits import find_kit
from station.office.logs import fields
from station.office.packet_rows import set_packet
from station.office.rounds import Rounds
from station.office.tables import event, packet
from station.sync.wire import dumps, loads

WAITING, FOLLOWED, DONE, FAILED = "waiting", "followed", "done", "failed"
NOTED = "noted"  # an event that asks for nothing and is read again: school sessions
FOLLOW_EVERY = timedelta(seconds=0.5)
FOLLOW_EVERY_LATER = timedelta(minutes=10)
_FOLLOW_FAST_FOR = timedelta(minutes=5)
_LEASE = timedelta(minutes=2)
_IDLE_S = 0.2
_TRIES = 3
_LONGEST_WAIT_S = 600.0
_FINAL = {
    RecordStatus.PRINT_READY_RECORD.value,
    RecordStatus.DUPLICATE_RECORD.value,
    RecordStatus.ENROLL_FAILURE_AT_CENTRAL.value,
    RecordStatus.ENROLL_FAILURE_AT_REGIONAL.value,
}
_log = logging.getLogger("station.office.intake")


class IntakeWorker:
    """One worker; `run` goes on until `stop`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopping = asyncio.Event()
        self._rounds = Rounds(office)

    async def run(self) -> None:
        """Work, and rest shortly when there is nothing to do."""
        while not self._stopping.is_set():
            try:
                busy = await asyncio.to_thread(self.work_once)
            except StationError as error:
                _log.warning("intake waits: %s", error.message_id)
                busy = False
            except Exception:  # noqa: BLE001 - the worker outlives whatever one step meets
                _log.exception("intake step failed")
                busy = False
            if not busy:
                try:
                    await asyncio.wait_for(self._stopping.wait(), _IDLE_S)
                except TimeoutError:
                    continue

    def stop(self) -> None:
        """Finish the present step and end."""
        self._stopping.set()

    def work_once(self) -> bool:
        """Do one step of each kind; tell whether anything was done."""
        self._rounds.go()
        done = [self._event_step(), self._packet_step(), self._follow_step()]
        return any(done)

    def _event_step(self) -> bool:
        return self._attempt(event, answer_event)

    def _packet_step(self) -> bool:
        return self._attempt(packet, forward_packet)

    def _attempt(self, table: Table, action: Callable[[Office, Row[Any]], None]) -> bool:
        row = self._claimed(table)
        if row is None:
            return False
        try:
            action(self._office, row)
        except StationError as error:
            self._later(table, row, error.message_id, waits=isinstance(error, StorageFailure))
        except Exception as error:  # noqa: BLE001 - a poison row must never stop the worker
            _log.warning("a row of %s could not be handled: %s", table.name, type(error).__name__)
            self._later(table, row, type(error).__name__, waits=False)
        return True

    def _follow_step(self) -> bool:
        now = self._office.clock.now()
        query = select(packet).where(packet.c.work == FOLLOWED, packet.c.work_at <= now.isoformat()).limit(100)
        with self._office.database.write() as connection:
            rows = connection.execute(claim(query.order_by(packet.c.work_at))).all()
            for row in rows:
                age = now - datetime.fromisoformat(row.received_at)
                step = FOLLOW_EVERY if age < _FOLLOW_FAST_FOR else FOLLOW_EVERY_LATER
                _set_packet(connection, row, work_at=(now + step).isoformat())
        if not rows:
            return False
        by_id = {row.packet_id: row for row in rows}
        changed = False
        for status in self._office.centre.statuses(list(by_id)):
            known = by_id.get(status.packet_id)
            if known is not None and status.status != known.status:
                changed = self._take_status(known, status) or changed
        return changed

    def _take_status(self, row: Row[Any], status: CentreStatus) -> bool:
        """Take one status; what is wrong with one packet (its kit revoked, say) never holds the others up."""
        try:
            take_status(self._office, row, status)
        except StorageFailure:
            raise
        except StationError as error:
            _log.warning("a status waits: %s", error.message_id, extra=fields(packet=row.packet_id))
            return False
        return True

    def _claimed(self, table: Table) -> Row[Any] | None:
        now = self._office.clock.now()
        query = select(table).where(table.c.work == WAITING, table.c.work_at <= now.isoformat())
        with self._office.database.write() as connection:
            for row in connection.execute(claim(query.order_by(table.c.work_at).limit(1))).all():
                lease = (now + _LEASE).isoformat()
                connection.execute(update(table).where(*_key(table, row)).values(work_at=lease, tries=row.tries + 1))
                return row
        return None

    def _later(self, table: Table, row: Row[Any], reason: str, waits: bool) -> None:
        now = self._office.clock.now()
        give_up = not waits and row.tries + 1 >= _TRIES
        wait = timedelta(seconds=min(_LONGEST_WAIT_S, 0.5 * 2.0 ** min(row.tries, 12)))
        values: dict[str, Any] = {"work_at": (now + wait).isoformat(), "note": reason[:400]}
        if give_up:
            values["work"] = FAILED
        with self._office.database.write() as connection:
            connection.execute(update(table).where(*_key(table, row)).values(**values))
            if give_up and table is packet:
                status = RecordStatus.ENROLL_FAILURE_AT_REGIONAL.value
                _set_packet(connection, row, status=status, status_at=now.isoformat())
                _tell(self._office, connection, row, row.nik, status, now, reason)


def _key(table: Table, row: Row[Any]) -> list[Any]:
    values = row._mapping  # noqa: SLF001 - the public name of a row's mapping in SQLAlchemy
    return [column == values[column.name] for column in table.primary_key.columns]


def forward_packet(office: Office, row: Row[Any]) -> None:
    """Open one packet and hand it to the centre; the kit learns that it was sent for enrolment.

    The first try opens it at once, so that what is unreadable is said while the centre is away; every later try asks
    first whether the centre is there: what was opened is kept nowhere, and opening is what costs.
    """
    if row.tries:
        office.centre.require()
    contents = _opened(office, row.kit_id, row.packet_id)
    nik = contents.biodata.nik
    body = {
        "packet_id": row.packet_id,
        "kit_id": row.kit_id,
        "nik": nik,
        "manifest": contents.manifest.body,
        "members": contents.members,
    }
    office.centre.enrol(row.packet_id, body)
    now = office.clock.now()
    with office.database.write() as connection:
        status = RecordStatus.SENT_FOR_ENROLLMENT.value
        values = {"work": FOLLOWED, "work_at": now.isoformat(), "nik": nik, "note": "", "tries": 0}
        _set_packet(connection, row, status=status, status_at=now.isoformat(), **values)
        _tell(office, connection, row, nik, status, now, "")


def take_status(office: Office, row: Row[Any], status: CentreStatus) -> None:
    """Pass a new status on; with print-ready goes the record itself, sealed to the kit that prints."""
    record = None
    if status.status == RecordStatus.PRINT_READY_RECORD.value:
        record = office.centre.print_record(row.packet_id)
        if record is None:
            return
    with office.database.write() as connection:
        present = connection.execute(
            select(packet.c.status).where(packet.c.kit_id == row.kit_id, packet.c.packet_id == row.packet_id)
        ).scalar()
        if present == status.status:
            return
        work = DONE if status.status in _FINAL else FOLLOWED
        values = {"status": status.status, "status_at": status.at.isoformat(), "note": status.note[:400]}
        _set_packet(connection, row, work=work, **values)
        _tell(office, connection, row, row.nik, status.status, status.at, status.note)
        if record is not None:
            origin = find_kit(connection, row.kit_id)
            target = find_kit(connection, origin.prints_at)
            sealed = seal(dumps({**record, "packet_id": row.packet_id}), (target.sealing_recipient,))
            feed.append(connection, target.kit_id, "print_record", dumps({"sealed": sealed}), office.clock.now())


def answer_event(office: Office, row: Row[Any]) -> None:
    """Do what an event asks for: SIAK look-up, card status, correction request; unknown topics are kept.

    What a kit says of its school sessions stays on a shelf of its own, where the dashboard finds it by index.
    """
    handlers: dict[str, Callable[[Office, Connection, Row[Any], Any], None]] = {
        "status": _card_status,
        "staff_finger": _staff_finger,
        "staff_roster_request": _staff_roster_request,
    }
    body = loads(bytes(row.body))
    if row.topic == "siak_request":
        found = office.centre.look_up([str(nik) for nik in body["niks"]])
        extract = dumps({**found, "asked": str(row.at), "school_id": str(body.get("school_id", ""))})
    elif row.topic in {"status", "correction_request"}:
        office.centre.report({"topic": row.topic, "kit_id": row.kit_id, "event_id": row.event_id, "body": body})
    with office.database.write() as connection:
        if row.topic == "siak_request":
            feed.append(connection, row.kit_id, "siak_extract", extract, office.clock.now())
        elif row.topic in handlers:
            handlers[row.topic](office, connection, row, body)
        connection.execute(
            update(event)
            .where(event.c.kit_id == row.kit_id, event.c.event_id == row.event_id)
            .values(work=NOTED if row.topic == "session" else DONE, note="")
        )


def _staff_finger(office: Office, connection: Connection, row: Row[Any], body: Any) -> None:
    field_staff.take_finger(office, connection, row.kit_id, body, row.at)


def _staff_roster_request(_office: Office, connection: Connection, row: Row[Any], _body: Any) -> None:
    field_staff.send_again(connection, row.kit_id)


def _card_status(office: Office, connection: Connection, row: Row[Any], body: Any) -> None:
    found = connection.execute(
        select(packet).where(packet.c.nik == str(body["nik"])).order_by(packet.c.received_at.desc()).limit(1)
    ).first()
    if found is None:
        return
    at = datetime.fromisoformat(str(body.get("at") or row.at))
    _set_packet(connection, found, status=str(body["status"])[:64], status_at=at.isoformat())
    if found.kit_id != row.kit_id:
        _tell(office, connection, found, found.nik, str(body["status"]), at, "")


def _opened(office: Office, kit_id: str, packet_id: str) -> PacketContents:
    with tempfile.TemporaryDirectory(prefix="intake-", dir=office.data_dir) as folder:
        path = Path(folder) / "packet.sealed"
        office.storage.fetch(kit_id, packet_id, path)
        return open_packet(path, (office.secrets.sealing_identity,))


def _set_packet(connection: Connection, row: Row[Any], **values: Any) -> None:
    set_packet(connection, row.kit_id, row.packet_id, **values)


def _tell(
    office: Office, connection: Connection, row: Row[Any], nik: str, status: str, at: datetime, note: str
) -> None:
    body = {"nik": nik, "packet_id": row.packet_id, "status": status, "at": at.isoformat(), "note": note}
    feed.append(connection, row.kit_id, "status", dumps(body), office.clock.now())
