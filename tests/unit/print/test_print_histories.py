"""Random days in a print room: crashes upon crashes, mixed troubles, several jobs; the books keep up with the world."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulators.faults import parse_fault
from tests.unit.print.print_bench import OPERATOR
from tests.unit.print.print_history import CrashPoints, History, Template

FAULTS = (
    "feed_to_encoder 1 jam",
    "feed_to_encoder 1 feed-failed",
    "feed_to_encoder 1 lost-reply",
    "feed_to_encoder 1 lost-command",
    "feed_to_encoder 1 power-cut when=after",
    "feed_to_encoder 1 double-pick",
    "print_card 1 jam",
    "print_card 1 ribbon-out",
    "print_card 1 lost-reply",
    "print_card 1 lost-command",
    "print_card 1 stale-ready",
    "print_card 1 power-cut when=before",
    "print_card 1 power-cut when=after",
    "eject 1 jam",
    "eject 1 lost-reply",
)
JOBS = 2
MOMENT = st.one_of(st.none(), st.integers(1, 14))


class PrintRoomHistory(RuleBasedStateMachine):
    """One room; every rule is something that happens in it."""

    folder: ClassVar[TemporaryDirectory[str] | None] = None
    template: ClassVar[Template | None] = None

    def __init__(self) -> None:
        super().__init__()
        cls = type(self)
        if cls.template is None:
            memory = Path("/dev/shm")  # noqa: S108 - a folder in memory spares the disk thousands of syncs
            cls.folder = TemporaryDirectory(dir=memory if memory.is_dir() else None)
            cls.template = Template(Path(cls.folder.name), jobs=JOBS)
        self._template = cls.template
        self._runner = asyncio.Runner()
        self.history: History | None = None
        self.cleaned = 0

    @initialize(counts_at=st.sampled_from(("feed", "print", "eject")))
    def open_the_room(self, counts_at: str) -> None:
        self.history = History(self._template, self._template.path.with_name("history.db"), counts_at)

    @rule(fault=st.sampled_from(FAULTS))
    def trouble_is_coming(self, fault: str) -> None:
        assert self.history is not None
        if len(self.history.world.faults.waiting()) < 2:
            self.history.world.faults.add(parse_fault(f"printer {fault}"))

    @rule(moment=MOMENT, job=st.integers(0, JOBS - 1))
    def a_card_is_made(self, moment: int | None, job: int) -> None:
        assert self.history is not None
        if len(self.history.world.mechanism.hopper) < 3:
            return
        points = CrashPoints(moment)
        survived = self._runner.run(self.history.produce(points, self._template.job_ids[job]))
        self.history.remember_prepared()
        if not survived:
            self.history.restart()

    @rule(moment=MOMENT)
    def the_operator_recovers(self, moment: int | None) -> None:
        assert self.history is not None
        survived = self._runner.run(self.history.recover(CrashPoints(moment)))
        if not survived:
            self.history.restart()

    @rule()
    def a_cleaning_card_is_declared(self) -> None:
        assert self.history is not None
        if self.history.world.mechanism.inside is None and not self.history.bench.production.open_intents():
            self.history.world.hands.run_cleaning_card()
            self._runner.run(self.history.bench.production.upkeep.declare_cleaning(OPERATOR))

    @rule()
    def a_cleaning_card_is_run_and_not_told(self) -> None:
        assert self.history is not None
        if self.history.world.mechanism.inside is None:
            self.history.world.hands.run_cleaning_card()

    @rule()
    def the_counter_starts_anew(self) -> None:
        assert self.history is not None
        self.history.world.mechanism.card_count = 0

    @rule()
    def the_power_comes_back(self) -> None:
        assert self.history is not None
        self.history.world.mechanism.power_on()

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.history is not None:
            self.history.check_always()

    def teardown(self) -> None:
        if self.history is not None:
            try:
                self._end_the_day(self.history)
            finally:
                self.history.close()
        self._runner.close()

    def _end_the_day(self, history: History) -> None:
        """Finish what can be finished and compare books and world."""
        self._runner.run(history.recover())
        history.explain_cleaning()
        history.check_always()
        assert not history.bench.production.open_intents()
        history.check_books(slack=len(history.outcomes()))


TestPrintRoomHistory = PrintRoomHistory.TestCase
TestPrintRoomHistory.settings = settings(
    max_examples=25,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
