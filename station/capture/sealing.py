"""Turns a finished sitting into a sealed packet, a register row and an item to send.

Everything durable happens in this order: packet file, then one transaction with the
chain, the register, the outbox, the status and the attendance, then the journal goes.
If sealing fails the sitting is kept whole with its running number and sealed later.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from station.capture.attendance import Outcome
from station.capture.desk import SittingDesk
from station.capture.packet import OuterManifest, SealedPacket, seal_packet, verify_outer
from station.capture.packet.frames import CHUNK_BYTES
from station.capture.packet_members import inner_manifest, packet_members
from station.capture.records import JPEG2000
from station.capture.sitting import Sitting, SittingEvent, SittingState
from station.domain.errors import Refused, StationError, StorageFailure
from station.domain.staff import Actor
from station.domain.status import RecordStatus
from station.keys.signing import Signer
from station.store import outbox, recordings, records, sessions
from station.store import packets as packet_rows
from station.store import sittings as rows

APPLICATION = "station"
_NO_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a sitting was finished: satellite fix (degrees, metres, time) or None, and whose clock it was."""

    gnss: tuple[float, float, float, str] | None = None
    clock_source: str = "system"


@dataclass(frozen=True, slots=True)
class RecordedSitting:
    """A finished sitting: its running number, its packet, and whether it is sealed or waits with a reason."""

    sitting_id: str
    running_number: int
    packet_id: str
    sealed: bool
    problem: str
    recorded_at: datetime


class Sealer:
    """Seals sittings one at a time, so that the chain of packets has no fork."""

    def __init__(
        self,
        desk: SittingDesk,
        signer: Signer,
        kit_id: str,
        version: str,
        data_dir: Path,
        recipients: Callable[[], tuple[str, ...]] | None = None,
        finger_compression: str = JPEG2000,
    ) -> None:
        self._desk = desk
        self._signer = signer
        self._kit_id = kit_id
        self._version = version
        self._folder = data_dir / "packets"
        self._recipients = recipients or (lambda: read_recipients(data_dir / "trust" / "recipients.json"))
        self._finger_compression = finger_compression
        self._one_at_a_time = threading.Lock()

    def finish(self, actor: Actor, sitting: Sitting, place: Place) -> RecordedSitting:
        """Seal and register a complete sitting; when it cannot be sealed now it is registered and sealed later."""
        packet_id = self._desk.ids.new()
        try:
            return self._seal(actor.staff_id, sitting, packet_id, place)
        except StationError as problem:
            if isinstance(problem, Refused):
                raise
            return self._register_unsealed(actor, sitting, packet_id, problem.message_id, place)

    def seal_pending(self, actor_id: str) -> list[RecordedSitting]:
        """Seal the sittings that could not be sealed before; one that fails again stays and never blocks the rest."""
        with self._desk.database.read() as connection:
            waiting = [row.sitting_id for row in rows.sittings_in_state(connection, SittingState.UNSEALED.value)]
        results = []
        for sitting_id in waiting:
            sitting = self._desk.load(sitting_id)
            with self._desk.database.read() as connection:
                line = recordings.register_row(connection, sitting_id)
            packet_id = self._desk.ids.new() if line is None else line.packet_id
            try:
                results.append(self._seal(actor_id, sitting, packet_id, self._kept_place(sitting_id)))
            except StationError as problem:
                results.append(self._note_problem(sitting, packet_id, problem.message_id))
        return results

    def tidy(self) -> None:
        """Remove packet files and journals that a power cut left behind: no row names them."""
        with self._one_at_a_time:
            self._tidy()

    def _tidy(self) -> None:
        with self._desk.database.read() as connection:
            named = {row.file_name for row in packet_rows.packets(connection) if row.purged_at is None}
            over = (SittingState.SEALED, SittingState.SENT_BACK, SittingState.PURGED, SittingState.DISCARDED)
            sealed = rows.sittings_in_state(connection, *(state.value for state in over))
        for path in self._folder.glob("*"):
            if path.name not in named:
                path.unlink(missing_ok=True)
        for row in sealed:
            self._desk.forget_journal(row.sitting_id)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold sealing back while a backup looks at rows and files."""
        with self._one_at_a_time:
            yield

    def _seal(self, actor_id: str, sitting: Sitting, packet_id: str, place: Place) -> RecordedSitting:
        with self._one_at_a_time:
            with self._desk.database.read() as connection:
                last = packet_rows.last_packet(connection)
            sequence = 1 if last is None else last.kit_sequence + 1
            previous = _NO_PREVIOUS if last is None else last.sha256
            packet = self._write(sitting, packet_id, sequence, previous, place)
            try:
                result = self._commit(actor_id, sitting, packet)
            except BaseException:
                packet.path.unlink(missing_ok=True)
                raise
        self._desk.forget_journal(sitting.sitting_id)
        return result

    def _write(self, sitting: Sitting, packet_id: str, sequence: int, previous: bytes, place: Place) -> SealedPacket:
        recipients = self._recipients()
        now = self._desk.clock.now()
        _position, audit_head = self._desk.audit.head()

        def describe(digest: bytes, size: int) -> OuterManifest:
            return OuterManifest(
                packet_id=packet_id,
                kit_id=self._kit_id,
                kit_sequence=sequence,
                previous_sha256=previous,
                sealed_sha256=digest,
                sealed_size=size,
                recipients=recipients,
                application=APPLICATION,
                version=self._version,
                session_id=sitting.session_id,
                operator_id=sitting.operator_id,
                sealed_at=now,
                clock_source=place.clock_source,
                gnss=place.gnss,
                audit_head=audit_head,
            )

        path = self._folder / f"{packet_id}.packet"
        inner = inner_manifest(self._desk, sitting, packet_id, self._kit_id, self._version, now, place.gnss)
        members = packet_members(self._desk, sitting, self._finger_compression)
        packet = seal_packet(path, describe, inner, members, recipients, self._signer)
        verify_outer(path, self._signer.public_der)
        if sha256_of(path) != packet.sha256:
            raise StorageFailure("packet-not-read-back")
        return packet

    def _commit(self, actor_id: str, sitting: Sitting, packet: SealedPacket) -> RecordedSitting:
        desk, now = self._desk, self._desk.clock.now()
        manifest = packet.manifest
        with desk.database.write() as connection:
            number, recorded_at = self._register(actor_id, sitting, manifest.packet_id)
            row = packet_rows.PacketRow(
                kit_sequence=manifest.kit_sequence,
                packet_id=manifest.packet_id,
                sitting_id=sitting.sitting_id,
                session_id=sitting.session_id,
                file_name=packet.path.name,
                sha256=packet.sha256,
                previous_sha256=manifest.previous_sha256,
                size=packet.size,
                sealed_at=now,
            )
            packet_rows.insert_packet(connection, row)
            body = f"packets/{packet.path.name}".encode()  # relative: a restored kit has another folder
            outbox.enqueue(connection, manifest.packet_id, "packet", "packet", body, packet.size, now)
            desk.move(sitting, SittingEvent.SEAL)
            rows.change_sitting(connection, sitting.sitting_id, journal_key=None, problem="")
            desk.audit.write(actor_id, "sitting-sealed", sitting.sitting_id, packet=manifest.packet_id)
        return RecordedSitting(sitting.sitting_id, number, manifest.packet_id, True, "", recorded_at)

    def _register_unsealed(
        self, actor: Actor, sitting: Sitting, packet_id: str, problem: str, place: Place
    ) -> RecordedSitting:
        desk = self._desk
        with desk.database.write() as connection:
            number, recorded_at = self._register(actor.staff_id, sitting, packet_id)
            desk.move(sitting, SittingEvent.COMPLETE)
            kept = json.dumps([place.gnss, place.clock_source])
            rows.change_sitting(connection, sitting.sitting_id, problem=problem, place=kept)
            desk.audit.write(actor.staff_id, "sitting-not-sealed", sitting.sitting_id, problem=problem)
        return RecordedSitting(sitting.sitting_id, number, packet_id, False, problem, recorded_at)

    def _kept_place(self, sitting_id: str) -> Place:
        """Return where the sitting was finished, not where it is sealed."""
        with self._desk.database.read() as connection:
            row = rows.sitting_by_id(connection, sitting_id)
        if row is None or not row.place:
            return Place()
        gnss, clock_source = json.loads(row.place)
        return Place(None if gnss is None else (gnss[0], gnss[1], gnss[2], gnss[3]), clock_source)

    def _register(self, actor_id: str, sitting: Sitting, packet_id: str) -> tuple[int, datetime]:
        """Write register row, status and attendance, once; inside the caller's transaction."""
        desk, now = self._desk, self._desk.clock.now()
        with desk.database.write() as connection:
            line = recordings.register_row(connection, sitting.sitting_id)
            if line is not None:
                return line.running_number, line.recorded_at
            number = recordings.insert_register_row(
                connection,
                recordings.RegisterRow(
                    running_number=0,
                    sitting_id=sitting.sitting_id,
                    session_id=sitting.session_id,
                    student_id=sitting.student_id,
                    nik=sitting.biodata.nik,
                    name=sitting.biodata.name,
                    operator_id=sitting.operator_id,
                    packet_id=packet_id,
                    recorded_at=now,
                ),
            )
            status = RecordStatus.BIO_CAPTURED.value
            records.set_own_status(connection, sitting.biodata.nik, packet_id, status, now)
            outcome = Outcome.RECORDED.value
            sessions.put_attendance(connection, sitting.session_id, sitting.student_id, outcome, actor_id, now)
            moment = now.isoformat()
            rows.change_sitting(connection, sitting.sitting_id, packet_id=packet_id, finished_at=moment)
            desk.audit.write(actor_id, "sitting-recorded", sitting.sitting_id, number=number)
        return number, now

    def _note_problem(self, sitting: Sitting, packet_id: str, problem: str) -> RecordedSitting:
        with self._desk.database.write() as connection:
            rows.change_sitting(connection, sitting.sitting_id, problem=problem)
        number = sitting.running_number or 0
        return RecordedSitting(sitting.sitting_id, number, packet_id, False, problem, sitting.started_at)


def read_recipients(path: Path) -> tuple[str, ...]:
    """Return office and recovery recipients learnt at pairing; raises StorageFailure when the kit is not paired."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(str(value) for value in document.values() if value)
    except FileNotFoundError as error:
        raise StorageFailure("packet-no-recipient") from error
    except (OSError, ValueError, AttributeError) as error:
        raise StorageFailure("packet-recipient-wrong") from error


def sha256_of(path: Path) -> bytes:
    """Return the SHA-256 of a file, read from the disk."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.digest()
