"""The day in the print room: blanks in, cards printed with their troubles, leftovers back, day locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from station.bootstrap import StationServices
from station.domain.card import PrintReason, SpoilCause
from station.domain.clock import local_date
from station.domain.errors import Refused
from station.ledger import accounts
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document
from station.print.queue import PrintJob
from station.print.recovery import AnswerKind, Decision, OperatorAnswer, RecoveryDecision
from station.print.states import IntentState
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import Crew
from station.rehearse.report import RehearsalReport

if TYPE_CHECKING:
    from station.print.production import Production

_SPARE_BLANKS = 5
_MOST_CARDS_PER_JOB = 4
_MOST_QUESTIONS = 10


@dataclass(slots=True)
class PrintDay:
    """One print room, one day."""

    services: StationServices
    crew: Crew
    hands: BenchControl
    report: RehearsalReport

    def take_blanks(self, delivery_note: Path) -> None:
        """Book the delivery, issue what the queue needs and a few spare, load the hopper."""
        book, crew = self.services.blanks, self.crew
        serials = delivery_note.read_text(encoding="utf-8").split()
        day = local_date(self.services.clock.now(), self.services.config.time_zone)
        document, grant = Document("001/BAST/CONTOH", day), Document("002/HIBAH/CONTOH", day)
        giver = Party(PartyKind.PROVINCE, "Provinsi Contoh")
        book.receive(crew.custodian, document, giver, len(serials), len(serials), grant, serials)
        wanted = min(len(serials), len(self._printable()) + _SPARE_BLANKS)
        book.issue_to_division(crew.custodian, crew.division_head, wanted)
        book.issue_to_room(crew.division_head, crew.print_operator, self._room, wanted)
        self.hands.ask("load_hopper", count=wanted)
        self.report.blanks.received, self.report.blanks.issued = len(serials), wanted

    async def print_cards(self, sam_pin: str) -> list[str]:
        """Print every card that may be printed; returns the numbers of the jobs that have a good card."""
        production, operator = self.services.production, self.crew.print_operator
        await production.activate_sam(operator, sam_pin)
        await self._settle_interrupted()
        printed = []
        for job in self._printable():
            if job.reason is None:
                self.services.print_queue.set_reason(operator, job.job_id, PrintReason.NEW, ())
            if await self._print_one(job):
                printed.append(job.job_id)
        self.report.printed = len(printed)
        return printed

    def give_back(self) -> None:
        """Count the hopper, bring leftovers and spoiled pieces back, count the store, lock the day."""
        book, crew = self.services.blanks, self.crew
        counted = int(self.hands.ask("unload_hopper")["taken"])
        spoiled = book.balance(accounts.spoiled_at(accounts.room(self._room)))
        book.return_from_room(crew.print_operator, crew.division_head, self._room, counted, spoiled)
        book.return_to_store(crew.division_head, crew.custodian, counted, spoiled)
        in_store = int(self.hands.ask("truth")["store"])
        book.count(crew.custodian, in_store)
        day = local_date(self.services.clock.now(), self.services.config.time_zone)
        book.lock_day(crew.custodian, day)
        self.report.spoiled = spoiled
        self.report.blanks.printed = self.report.printed
        self.report.blanks.spoiled, self.report.blanks.left = spoiled, counted
        self.report.blanks.store = book.balance(accounts.STORE)

    @property
    def _room(self) -> str:
        return self.services.config.printing.room

    def _printable(self) -> list[PrintJob]:
        """Return the jobs that only want a reason or nothing at all."""
        return [
            job
            for job in self.services.print_queue.jobs()
            if job.printable or {gate.message_id for gate in job.closed} == {"print-gate-no-reason"}
        ]

    async def _print_one(self, job: PrintJob) -> bool:
        for _card in range(_MOST_CARDS_PER_JOB):
            made = await self.services.production.produce(self.crew.print_operator, job.job_id)
            if made.waits_for_confirmation:
                await self._confirm(made)
                return True
            self._note(job, made)
            await self._put_right()
        raise Refused("rehearse-print-hopeless", name=job.name)

    async def _confirm(self, made: Production) -> None:
        """Take the card out of the stacker, look at it, lay it on the desk reader."""
        self.hands.ask("take_output")
        await self.services.production.confirm(self.crew.print_operator, made.intent_id)
        self.hands.ask("clear_desk")

    def _note(self, job: PrintJob, made: Production) -> None:
        words = self.services.catalogue.error(made.problem) if made.problem else made.state.value
        self.report.troubles.append(f"{job.name}: {words}")

    async def _put_right(self) -> None:
        """Walk the stuck card out, put in fresh ribbon and film, then let the station settle what is open."""
        self.hands.ask("remove_inside")
        self.hands.ask("change_ribbon", serial="PITA-CONTOH-2")
        self.hands.ask("change_film", serial="FILM-CONTOH-2")
        self.hands.ask("clear_error")
        await self._settle_interrupted()

    async def _settle_interrupted(self) -> None:
        production, operator = self.services.production, self.crew.print_operator
        answers: Mapping[str, OperatorAnswer] = {}
        for _round in range(_MOST_QUESTIONS):
            decisions = await production.recover(operator, answers)
            questions = [decision for decision in decisions if decision.question]
            if not questions:
                return
            answers = {decision.intent_id: self._answer(decision) for decision in questions}
        raise Refused("rehearse-print-hopeless", name=self._room)

    def _answer(self, question: RecoveryDecision) -> OperatorAnswer:
        """Say what the eyes see: the card that was walked out is on the table and spoiled; count the hopper."""
        if question.decision is Decision.ASK_HOPPER:
            return OperatorAnswer(AnswerKind.HOPPER_COUNT, counted=int(self.hands.ask("truth")["hopper"]))
        if question.decision is Decision.ASK_CONFIRM:
            taken = self.hands.ask("take_output")
            if taken["whole"]:
                return OperatorAnswer(AnswerKind.CARD_GOOD, serial=str(taken["serial"]))
        printing = question.last_step in {IntentState.PRINT_SENT, IntentState.EJECTED}
        cause = SpoilCause.PRINT_FAILED if printing else SpoilCause.JAM
        return OperatorAnswer(AnswerKind.CARD_SPOILED, cause=cause)
