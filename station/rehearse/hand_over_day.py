"""The cards go back to the school: each student comes in person and gives a finger, or signs where no finger serves."""

from __future__ import annotations

from dataclasses import dataclass

from station.bootstrap import StationServices
from station.domain.errors import Refused
from station.print.handover import WaitingCard
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import Crew
from station.rehearse.report import RehearsalReport

_FINGER_TRIES = 3


@dataclass(slots=True)
class HandOverDay:
    """One school's envelope, emptied student by student."""

    services: StationServices
    crew: Crew
    hands: BenchControl
    report: RehearsalReport

    async def give_out(self, session_id: str) -> None:
        """Inspect the cards, take them to the school, call each holder and hand over."""
        handover, operator = self.services.handover, self.crew.print_operator
        school_id = self.services.sessions.get(session_id).school_id
        cards = handover.cards(school_id)
        for card in cards:
            handover.inspect(operator, card.job_id)
        handover.carry(operator, [card.job_id for card in cards], "sekolah")
        numbers = {student.nik: student.number for student in self.services.rosters.students(school_id)}
        for card in cards:
            await self.services.kit.display().call(numbers[card.nik], card.name)
            self.hands.ask("lay_on_desk", serial=card.serial)
            await self._give(card)
            self.hands.ask("clear_desk")
            self.report.handed_over += 1
        self.hands.ask("leave")

    async def _give(self, card: WaitingCard) -> None:
        handover, operator = self.services.handover, self.crew.print_operator
        for _try in range(_FINGER_TRIES):
            try:
                await handover.by_finger(operator, card.job_id)
            except Refused as error:
                self.report.troubles.append(f"{card.name}: {self.services.catalogue.error(error)}")
            else:
                return
        await handover.by_signature(operator, card.job_id, "sidik jari tidak terbaca")
