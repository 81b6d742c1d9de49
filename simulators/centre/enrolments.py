"""Enrolments at the centre: kept in files, worked off one by one, each with the life of a status.

A packet goes RECEIVED_AT_CENTRAL, then PRINT_READY_RECORD when the person is new,
DUPLICATE_RECORD or ADJUDICATE_RECORD when the biometrics are somebody's who is known
already, ENROLL_FAILURE_AT_CENTRAL when something cannot be read.

Does not simulate: adjudication by people, deletion by NIK.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cbor2

from simulators.centre.register import PopulationRegister
from simulators.centre.submission import Submission, Unreadable, read_submission
from simulators.centre.uniqueness import Finding, UniquenessCheck
from station.domain.clock import Clock
from station.domain.status import RecordStatus
from station.keys.keystore import write_durably


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enrolment is: status, since when, and a note."""

    packet_id: str
    status: str
    at: datetime
    note: str


class Enrolments:
    """The centre's desk: `submit` from many offices, one worker that compares."""

    def __init__(self, register: PopulationRegister, folder: Path, clock: Clock, delay_s: float) -> None:
        self._register, self._folder, self._clock, self._delay_s = register, folder, clock, delay_s
        self._check = UniquenessCheck()
        self._standings: dict[str, Standing] = {}
        self._ready: dict[str, Submission] = {}
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._worker = threading.Thread(target=self._work, name="centre-desk", daemon=True)

    def start(self) -> None:
        """Read what was kept and begin to work."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._folder.glob("*.cbor"), key=lambda entry: entry.stat().st_mtime_ns):
            self._accept(path.stem)
        self._worker.start()

    def stop(self) -> None:
        """Finish the present comparison and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._worker.join(30)

    def submit(self, packet_id: str, body: bytes) -> None:
        """Keep a packet durably; the same packet again changes nothing."""
        with self._changed:
            if packet_id in self._standings:
                return
        write_durably(self._folder / f"{packet_id}.cbor", body)
        self._accept(packet_id)

    def standings(self, packet_ids: list[str]) -> list[Standing]:
        """Return the standing of every packet that is known here."""
        with self._changed:
            return [self._standings[packet_id] for packet_id in packet_ids if packet_id in self._standings]

    def ready(self, packet_id: str) -> Submission | None:
        """Return a print-ready submission."""
        with self._changed:
            return self._ready.get(packet_id)

    def _accept(self, packet_id: str) -> None:
        with self._changed:
            self._set(packet_id, RecordStatus.RECEIVED_AT_CENTRAL, "")
            self._waiting.append(packet_id)
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or bool(self._waiting))
                if self._stopping:
                    return
                packet_id = self._waiting[0]
                due_s = self._delay_s - (self._clock.now() - self._standings[packet_id].at).total_seconds()
                if due_s > 0:
                    self._changed.wait_for(lambda: self._stopping, due_s)
                self._waiting.popleft()
            self._decide(packet_id)

    def _decide(self, packet_id: str) -> None:
        body: dict[str, Any] = cbor2.loads((self._folder / f"{packet_id}.cbor").read_bytes())
        try:
            submission = read_submission(body)
        except Unreadable as error:
            with self._changed:
                self._set(packet_id, RecordStatus.ENROLL_FAILURE_AT_CENTRAL, str(error))
            return
        finding, other = self._check.examine(submission)
        with self._changed:
            if finding is Finding.UNIQUE and self._register.find(submission.nik) is None:
                self._set(packet_id, RecordStatus.REQUEST_VALIDATION, "nik")
            elif finding is Finding.UNIQUE:
                self._ready[packet_id] = submission
                self._set(packet_id, RecordStatus.PRINT_READY_RECORD, "")
            elif finding is Finding.SAME_PERSON:
                self._set(packet_id, RecordStatus.DUPLICATE_RECORD, other)
            elif finding is Finding.DOUBTFUL:
                self._set(packet_id, RecordStatus.ADJUDICATE_RECORD, other)
            else:
                self._set(packet_id, RecordStatus.ENROLL_FAILURE_AT_CENTRAL, "biometrics")

    def _set(self, packet_id: str, status: RecordStatus, note: str) -> None:
        self._standings[packet_id] = Standing(packet_id, status.value, self._clock.now(), note)
