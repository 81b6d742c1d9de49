"""The jobs of an IPP card printer: one after another through the mechanism, with a memory of what became of each.

A job takes a card from the hopper and prints it in one go. It waits while the printer is
stopped; a fault with a card inside aborts it, since that card is lost. The printer
counts a sheet when the card has come out. A job may also be opened first and get its
document later; one that nobody goes on with is given up after `GIVE_UP_AFTER_S`.

Does not simulate: holding and releasing jobs, more than one document, more than one copy,
jobs that survive a power cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

from ippx import JobState

from simulators.printer.mechanism import FEED, PRINT, PrinterMechanism

_LOOK_S = 0.02
GIVE_UP_AFTER_S = 30
_STAYS = {JobState.PENDING, JobState.PENDING_HELD, JobState.PROCESSING, JobState.PROCESSING_STOPPED}


@dataclass(slots=True)
class IppJob:
    """One job; times are seconds of the printer's up-time clock, 0 for not yet."""

    job_id: int
    name: str
    user: str
    document: bytes
    document_format: str
    created_s: int
    state: JobState = JobState.PENDING
    reasons: list[str] = field(default_factory=lambda: ["none"])
    began_s: int = 0
    ended_s: int = 0
    sheets: int = 0
    open: bool = False

    @property
    def active(self) -> bool:
        """Tell whether it may still be printed."""
        return self.state in _STAYS


class IppJobs:
    """The queue and its worker. `print_s`: how long feeding and printing one card takes."""

    def __init__(self, printer: PrinterMechanism, print_s: float) -> None:
        self.printer = printer
        self.print_s = print_s
        self._jobs: list[IppJob] = []
        self._started_s = time.monotonic()
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work through the queue."""
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work())

    def pause(self) -> None:
        """Take jobs and print none, as a printer does that somebody held up inside."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    async def stop(self) -> None:
        """Stop working; a card under way stays where it is."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    def up_s(self) -> int:
        """Return the printer's up-time, never 0."""
        return int(time.monotonic() - self._started_s) + 1

    def add(self, name: str, user: str, document: bytes, document_format: str) -> IppJob:
        """Take a job into the queue."""
        job = IppJob(len(self._jobs) + 1, name, user, document, document_format, self.up_s())
        self._jobs.append(job)
        return job

    def begin(self, name: str, user: str) -> IppJob:
        """Open a job whose document is still to come."""
        job = self.add(name, user, b"", "application/octet-stream")
        job.open, job.state, job.reasons = True, JobState.PENDING_HELD, ["job-incoming"]
        return job

    def finish(self, job: IppJob) -> None:
        """Take a job that was opened into the queue; without a document there is nothing to print."""
        job.open = False
        if job.document:
            job.state, job.reasons = JobState.PENDING, ["none"]
        else:
            self._end(job, JobState.ABORTED, "aborted-by-system")

    def get(self, job_id: int) -> IppJob | None:
        """Return a job by number."""
        return next((job for job in self._jobs if job.job_id == job_id), None)

    def of(self, *, completed: bool) -> list[IppJob]:
        """Return the ended jobs, newest first, or the others in the order they will be printed."""
        found = [job for job in self._jobs if job.active is not completed]
        return found[::-1] if completed else found

    def cancel(self, job: IppJob) -> None:
        """Cancel a job that has not ended."""
        self._end(job, JobState.CANCELED, "job-canceled-by-user")

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            for job in self._jobs:
                if job.active and job.open and self.up_s() - job.created_s > GIVE_UP_AFTER_S:
                    self._end(job, JobState.ABORTED, "aborted-by-system")
            ready = next((job for job in self._jobs if job.active and not job.open), None)
            if ready is not None:
                await self._card(ready)

    async def _card(self, job: IppJob) -> None:
        operation = f"ipp-job-{job.job_id}-{self.up_s()}-{time.monotonic_ns()}"
        fault = self.printer.faults.take("printer", FEED) if self._can_start() else None
        if not self._can_start() or self.printer.run(f"{operation}-feed", FEED, None, fault):
            self._cannot(job)
            return
        job.state, job.reasons, job.began_s = JobState.PROCESSING, ["job-printing"], self.up_s()
        if self.printer.begin(f"{operation}-print", PRINT, job.document):
            self._cannot(job)
            return
        await asyncio.sleep(self.print_s)
        fault = self.printer.faults.take("printer", PRINT)
        before = len(self.printer.output)
        self.printer.finish(f"{operation}-print", fault)
        job.sheets = int(len(self.printer.output) > before)
        if job.sheets and job.active:
            self._end(job, JobState.COMPLETED, "job-completed-successfully")
        elif job.active:
            self._end(job, JobState.ABORTED, "aborted-by-system")

    def _can_start(self) -> bool:
        return self.printer.powered and not self.printer.conditions and bool(self.printer.hopper)

    def _cannot(self, job: IppJob) -> None:
        if self.printer.inside is not None:
            self._end(job, JobState.ABORTED, "aborted-by-system")
        else:
            job.state, job.reasons = JobState.PENDING, ["printer-stopped"]

    def _end(self, job: IppJob, state: JobState, reason: str) -> None:
        job.state, job.reasons, job.ended_s, job.open = state, [reason], self.up_s(), False
