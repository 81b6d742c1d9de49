"""Driver of a card printer that takes pages by the Internet Printing Protocol (docs/protocols/ipp.md).

IPP has no words for an encoder, the position of a card, putting it out, or a counter of
cards: those abilities are missing and say so. A print job is sent once, under a name that
carries our operation identifier; when its answer is lost the printer's own list of jobs is
asked for that name. "Completed" counts only together with a sheet the printer counted.
Address: `ipp://host/ipp/print` or `ipps://`. Options: `station` (requesting user), `media`
(a size by its PWG name; empty for what is loaded), `authority_file`, `reply_timeout_s`, `poll_s`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NoReturn, TypeVar

from ippx import JobState

from station.devices.errors import (
    BadReply,
    DeviceError,
    DeviceRefused,
    DeviceUnavailable,
    OutcomeUnknown,
)
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.printer.interface import (
    ALL_ABILITIES,
    CardPosition,
    CardPrinter,
    PrinterAbility,
    PrinterActivity,
    PrinterCondition,
    PrinterCounters,
    PrinterStatus,
    PrinterSupplies,
)
from station.devices.printer.ipp_link import IppLink
from station.devices.printer.ipp_messages import Attributes, IppRequests, jobs_of, printer_attributes
from station.devices.printer.ipp_page import page_document
from station.devices.printer.ipp_states import PRINTER_FACTS, JobFacts, PrinterFacts, condition_of, device_id_field
from station.devices.transport.breakable import BreakableWork

_ABILITIES: frozenset[PrinterAbility] = frozenset()
_LIMITS = tuple(sorted(f"printer-lacks-{ability.value}" for ability in ALL_ABILITIES - _ABILITIES))
_LINK_GRACE_S = 5.0
_MOST_JOBS = 50
_PRINT = "print"
_WITHDRAWABLE = frozenset({JobState.PENDING, JobState.PENDING_HELD, JobState.PROCESSING_STOPPED})
_FACT_NAMES = ("printer-fact-ribbon", "printer-fact-film")
T = TypeVar("T")


def open_printer(address: str, name: str, options: Mapping[str, str]) -> CardPrinter:
    """Make the driver; raises BadInput when the address is not `ipp://host[:port][/path]`."""
    return IppPrinter(address, name, options)


class IppPrinter:
    """A `CardPrinter` without an encoder."""

    def __init__(self, address: str, name: str, options: Mapping[str, str]) -> None:
        self._name = name
        self._reply_timeout_s = float(options.get("reply_timeout_s", "10"))
        self._poll_s = float(options.get("poll_s", "0.5"))
        self._media = options.get("media", "")
        self._link = IppLink(address, name, self._reply_timeout_s, options.get("authority_file", ""))
        self._requests = IppRequests(self._link.printer_uri, options.get("station", "station"))
        self._turn = asyncio.Lock()
        self._work = BreakableWork()
        self._sent: set[str] = set()

    @property
    def abilities(self) -> frozenset[PrinterAbility]:
        """Return that it prints pages and can do nothing else."""
        return _ABILITIES

    async def identity(self) -> DeviceIdentity:
        """Return who the printer says it is."""
        values = await self._while_open("identity", self._attributes())
        device_id = _first(values, "printer-device-id")
        model = device_id_field(device_id, "MDL", "MODEL") or _first(values, "printer-make-and-model")
        serial = device_id_field(device_id, "SN", "SERN", "SERIALNUMBER") or _first(values, "printer-uuid")
        make = device_id_field(device_id, "MFG", "MANUFACTURER")
        return DeviceIdentity(make, model, serial, _first(values, "printer-firmware-string-version"))

    async def readiness(self) -> Readiness:
        """Return every condition that keeps the printer from a page, its levels, and what it cannot do."""
        try:
            facts = await self._while_open("readiness", self._facts())
        except DeviceError as error:
            return Readiness((error.message_id,), limits=_LIMITS)
        problems = [f"printer-{condition.value}" for condition in facts.conditions]
        levels = (facts.supplies.ribbon_percent, facts.supplies.film_percent)
        details = {name: f"{level} %" for name, level in zip(_FACT_NAMES, levels, strict=True) if level is not None}
        if facts.activity is PrinterActivity.PRINTING:
            problems.append("printer-busy")
        return Readiness(tuple(problems), details, _LIMITS)

    async def status(self) -> PrinterStatus:
        """Return the present state; the last operation is the newest job of ours that the printer still knows."""
        facts, jobs = await self._while_open("status", self._facts_and_jobs())
        ours = max((job for job in jobs if job.operation_id), key=lambda job: job.job_id, default=None)
        operation = ours.operation_id if ours else ""
        done = ours is not None and ours.ended
        return PrinterStatus(facts.activity, CardPosition.UNKNOWN, facts.conditions, None, operation, done)

    async def counters(self) -> PrinterCounters:
        """Refuse: IPP has no counter of cards."""
        self._refuse("counters", PrinterAbility.CARD_COUNTER)

    async def supplies(self) -> PrinterSupplies:
        """Return the levels of ribbon and film, as far as the printer tells them."""
        return (await self._while_open("supplies", self._facts())).supplies

    async def feed_to_encoder(self, operation_id: str, timeout_s: float = 100.0) -> None:
        """Refuse: there is no encoder."""
        del operation_id, timeout_s
        self._refuse("feed", PrinterAbility.ENCODER)

    async def print_card(
        self, operation_id: str, front_png: bytes, back_png: bytes | None, timeout_s: float = 100.0
    ) -> None:
        """Print one card and wait until the printer has counted it and rests.

        Raises DeviceRefused when the printer did not print it, OutcomeUnknown when it may have. A job that had not
        begun at the deadline is withdrawn, so that it is not printed when nobody waits for it.
        """
        work = self._print(operation_id, front_png, back_png, timeout_s)
        try:
            await self._while_open(_PRINT, work, operation_id)
        finally:
            self._sent.discard(operation_id)

    async def eject(self, operation_id: str, timeout_s: float = 30.0) -> None:
        """Refuse: IPP has no word for it."""
        del operation_id, timeout_s
        self._refuse("eject", PrinterAbility.EJECT)

    async def close(self) -> None:
        """Let go of the printer; what waits ends at once. A job that was sent goes on."""
        await self._work.break_off()
        await self._link.close()

    # Printing ------------------------------------------------------------------------

    async def _print(self, operation_id: str, front_png: bytes, back_png: bytes | None, timeout_s: float) -> None:
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        async with self._turn:
            job = await self._begun(operation_id, front_png, back_png)
            await self._follow(job, deadline_s)

    async def _begun(self, operation_id: str, front_png: bytes, back_png: bytes | None) -> JobFacts:
        facts, jobs = await self._facts_and_jobs()
        if any(job.operation_id == operation_id for job in jobs):
            raise DeviceRefused(self._name, _PRINT, "duplicate-operation", "printer-duplicate-operation")
        if facts.conditions:
            self._refuse_for(facts.conditions[0].value)
        document = page_document(front_png, back_png, facts.formats) if back_png is None or facts.two_sided else None
        if document is None:
            self._refuse_for("no-format")
        return await self._send(operation_id, *document)

    async def _send(self, operation_id: str, document_format: str, document: bytes) -> JobFacts:
        request = self._requests.print_job(operation_id, document, document_format, self._media)
        self._sent.add(operation_id)
        try:
            jobs = jobs_of(self._name, _PRINT, await self._link.ask(_PRINT, request, physical=True))
        except DeviceUnavailable:
            self._sent.discard(operation_id)
            raise
        except (OutcomeUnknown, BadReply) as error:
            return await self._found_again(operation_id, error)
        return jobs[0] if jobs else await self._found_again(operation_id, OutcomeUnknown(self._name, _PRINT))

    async def _found_again(self, operation_id: str, cause: DeviceError) -> JobFacts:
        """Ask the printer whether it took a job whose answer was lost; raises OutcomeUnknown when it does not know."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + min(_LINK_GRACE_S, self._reply_timeout_s)
        while loop.time() < until_s:
            try:
                found = [job for job in await self._jobs() if job.operation_id == operation_id]
            except DeviceError:
                found = []
            if found:
                return found[-1]
            await asyncio.sleep(self._poll_s)
        raise OutcomeUnknown(self._name, _PRINT) from cause

    async def _follow(self, job: JobFacts, deadline_s: float) -> None:
        loop = asyncio.get_running_loop()
        complaints: tuple[PrinterCondition, ...] = ()
        while not job.ended and loop.time() < deadline_s:
            await asyncio.sleep(self._poll_s)
            job = await self._patiently(partial(self._job, job.job_id))
            complaints = (await self._patiently(self._facts)).conditions or complaints
        if not job.ended:
            job = await self._withdrawn(job)
        if job.state is not JobState.COMPLETED:
            self._explain(job, complaints)
        if not job.proven:
            raise OutcomeUnknown(self._name, _PRINT, "printer-unproven")
        await self._rest(deadline_s)

    async def _withdrawn(self, job: JobFacts) -> JobFacts:
        """Cancel a job that did not begin; raises OutcomeUnknown when it did, for then a card may come out."""
        if job.state not in _WITHDRAWABLE:
            raise OutcomeUnknown(self._name, _PRINT)
        try:
            await self._link.ask("cancel", self._requests.cancel(job.job_id))
            job = await self._job(job.job_id)
        except DeviceError as error:
            raise OutcomeUnknown(self._name, _PRINT) from error
        if not job.ended:
            raise OutcomeUnknown(self._name, _PRINT)
        return job

    def _explain(self, job: JobFacts, complaints: tuple[PrinterCondition, ...]) -> NoReturn:
        """Say why a job ended without success: by what the printer complained of while it ran, else by its reasons.

        Only a job that the printer itself says never began has surely used no card.
        """
        if job.came_out:
            raise OutcomeUnknown(self._name, _PRINT)
        named = [condition_of(reason) for reason in job.reasons]
        conditions = [*complaints, *(condition for condition in named if condition is not None)]
        if conditions:
            self._refuse_for(conditions[0].value)
        if any(reason.startswith(("document-", "unsupported-")) for reason in job.reasons):
            self._refuse_for("job-refused")
        if job.began is False:
            self._refuse_for("job-withdrawn")
        raise OutcomeUnknown(self._name, _PRINT, "printer-job-aborted")

    async def _rest(self, deadline_s: float) -> None:
        loop = asyncio.get_running_loop()
        while (await self._patiently(self._facts)).activity is PrinterActivity.PRINTING:
            if loop.time() >= deadline_s:
                raise OutcomeUnknown(self._name, _PRINT)
            await asyncio.sleep(self._poll_s)

    async def _patiently(self, question: Callable[[], Awaitable[T]]) -> T:
        """Ask while a job runs, over a short silence; a longer one leaves the outcome open, since the job went out."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + min(_LINK_GRACE_S, self._reply_timeout_s)
        while True:
            try:
                return await question()
            except DeviceError as error:
                if loop.time() >= until_s:
                    raise OutcomeUnknown(self._name, _PRINT) from error
            await asyncio.sleep(self._poll_s)

    # Questions -----------------------------------------------------------------------

    async def _attributes(self) -> Attributes:
        return printer_attributes(await self._link.ask("printer", self._requests.printer_attributes(PRINTER_FACTS)))

    async def _facts(self) -> PrinterFacts:
        try:
            return PrinterFacts.read(await self._attributes())
        except ValueError as error:
            raise BadReply(self._name, "printer") from error

    async def _jobs(self) -> list[JobFacts]:
        found = []
        for which in ("completed", "not-completed"):
            reply = await self._link.ask("jobs", self._requests.jobs(which, _MOST_JOBS))
            found += jobs_of(self._name, "jobs", reply)
        return found

    async def _facts_and_jobs(self) -> tuple[PrinterFacts, list[JobFacts]]:
        return await self._facts(), await self._jobs()

    async def _job(self, job_id: int) -> JobFacts:
        jobs = jobs_of(self._name, "job", await self._link.ask("job", self._requests.job(job_id)))
        if len(jobs) != 1 or jobs[0].job_id != job_id:
            raise BadReply(self._name, "job")
        return jobs[0]

    # Endings -------------------------------------------------------------------------

    async def _while_open(self, command: str, work: Awaitable[T], operation_id: str = "") -> T:
        """Await work that `close` may break off; once a job was sent, its outcome is open then."""

        def broken() -> DeviceError:
            kind = OutcomeUnknown if operation_id in self._sent else DeviceUnavailable
            return kind(self._name, command)

        return await self._work.run(work, broken)

    def _refuse(self, command: str, ability: PrinterAbility) -> NoReturn:
        raise DeviceRefused(self._name, command, f"lacks-{ability.value}", f"printer-lacks-{ability.value}")

    def _refuse_for(self, code: str) -> NoReturn:
        raise DeviceRefused(self._name, _PRINT, code, f"printer-{code}")


def _first(values: Attributes, name: str) -> str:
    found = values.get(name) or [""]
    return str(found[0] or "")
