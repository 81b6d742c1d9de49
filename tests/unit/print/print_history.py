"""Histories of a print room: crashes at chosen points, an operator who looks and answers truly, the 13 invariants."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from station.domain.card import SpoilCause
from station.domain.errors import Refused, StationError, Tampered
from station.ledger import accounts
from station.print.chip.ocp1_wire import ChipState
from station.print.intents import AnomalyKind, Explanation, IntentBook
from station.print.preparation import PreparedCard
from station.print.production import CardProduction
from station.print.queue import JobState
from station.print.recovery import AnswerKind, Decision, OperatorAnswer, RecoveryDecision
from station.print.states import TERMINAL, IntentState
from station.store.database import Database, open_database
from station.store.print_intents import AnomalyRow
from tests.unit.print.print_bench import DATABASE_KEY, OPERATOR, ROOM, BenchKit, PrintBench, PrintWorld, people

BLANKS = 6
_MOST_ROUNDS = 8
_UNACCOUNTED = AnomalyKind.UNACCOUNTED.value


class Crash(BaseException):
    """The program dies here."""


class CrashPoints:
    """Counts the moments at which a program can die, and dies at the chosen one.

    Dying before a commit leaves the same world as dying after the command that came before
    it, and dying before a command the same as dying after the commit before it; so the
    moments after each commit and each command are all there are.
    """

    def __init__(self, die_at: int | None = None) -> None:
        self.seen = 0
        self.names: list[str] = []
        self.die_at = die_at

    def pass_by(self, name: str) -> None:
        """Go past one moment."""
        self.seen += 1
        self.names.append(name)
        if self.seen == self.die_at:
            raise Crash(name)


class CrashingDatabase(Database):
    """Dies after a commit."""

    points: CrashPoints

    @contextmanager
    def write(self) -> Iterator[Connection]:
        outer = getattr(self._open_write, "connection", None)
        with super().write() as connection:
            yield connection
        if outer is None:
            self.points.pass_by("after commit")


class CrashingDevice:
    """Dies after the commands named; everything else passes through."""

    def __init__(self, inner: Any, points: CrashPoints, names: tuple[str, ...]) -> None:
        self._inner, self._points, self._names = inner, points, names

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if name not in self._names:
            return attribute

        async def command(*arguments: Any, **options: Any) -> Any:
            result = await attribute(*arguments, **options)
            self._points.pass_by(f"after {name}")
            return CrashingChannel(result, self._points) if name == "connect" else result

        return command


class CrashingChannel:
    """Dies in the middle of talking to a chip, at every fourteenth command."""

    def __init__(self, inner: Any, points: CrashPoints) -> None:
        self._inner, self._points, self._sent = inner, points, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def transmit(self, apdu: bytes) -> Any:
        answer = await self._inner.transmit(apdu)
        self._sent += 1
        if self._sent % 14 == 0:
            self._points.pass_by("amid the chip")
        return answer


class CrashingKit(BenchKit):
    """Wraps printer and encoder of a bench."""

    def __init__(self, world: PrintWorld, points: CrashPoints) -> None:
        super().__init__(world)
        self._points = points

    def printer(self) -> Any:
        return CrashingDevice(super().printer(), self._points, ("feed_to_encoder", "print_card", "eject"))

    def reader(self, purpose: str) -> Any:
        reader = super().reader(purpose)
        return CrashingDevice(reader, self._points, ("connect",)) if purpose == "encoder" else reader


class Template:
    """A stocked database with one job, made once and copied for every history."""

    def __init__(self, folder: Path, jobs: int = 1) -> None:
        self.path = folder / "template.db"
        world = PrintWorld(BLANKS)
        bench = PrintBench(world, self.path)
        self.job_ids = [bench.deliver(person, number) for number, person in enumerate(people(jobs), start=1)]
        self.job_id = self.job_ids[0]
        self.ids = bench.ids
        self.count = bench.ids._count
        bench.close()
        self.prepared: dict[str, PreparedCard] = {}
        self._engines: dict[Path, Engine] = {}

    def bench(self, world: PrintWorld, path: Path) -> PrintBench:
        """Return a bench on a fresh copy; one engine serves all copies, so that statements are compiled once."""
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()
        shutil.copy(self.path, path)
        if path not in self._engines:
            self._engines[path] = open_database(path, DATABASE_KEY).engine
        bench = PrintBench(world, path, fresh=False, engine=self._engines[path], settle_s=0.002)
        bench.ids._count = self.count
        return bench


class History:
    """One print room through crashes and troubles until the card is in hand."""

    def __init__(self, template: Template, path: Path, counts_at: str) -> None:
        self.template = template
        self.world = PrintWorld(BLANKS, counts_at)
        self.bench = template.bench(self.world, path)
        self.extra_gone = 0
        self._share(self.bench.production)

    def close(self) -> None:
        self.bench.close()

    def restart(self) -> None:
        self.bench.restart()
        self._share(self.bench.production)

    async def produce(self, points: CrashPoints, job_id: str = "") -> bool:
        """Activate, produce and confirm, dying where the points say; True when it got through."""
        self._arm(points)
        try:
            await self.bench.activate()
            points.seen = 0
            made = await self.bench.production.produce(OPERATOR, job_id or self.template.job_id)
            if made.waits_for_confirmation:
                self.world.hands.take_output()
                await self.bench.production.confirm(OPERATOR, made.intent_id)
        except Crash:
            return False
        except (Refused, Tampered):
            return True
        finally:
            self._disarm()
        return True

    async def recover(self, points: CrashPoints | None = None) -> bool:
        """Start again and answer every question truly; False when it died."""
        self._arm(points or CrashPoints())
        try:
            self.world.mechanism.power_on()
            await self.bench.activate()
            answers: dict[str, OperatorAnswer] = {}
            for _round in range(_MOST_ROUNDS):
                self.world.mechanism.power_on()
                decisions = await self._recover_once(answers)
                self._put_right()
                questions = [item for item in decisions if item.question]
                if not questions and not self.bench.production.open_intents():
                    return True
                answers = {item.intent_id: self._look(item) for item in questions}
                for item in questions:
                    assert answers[item.intent_id].kind in item.answers, "the true answer is not offered"
        except Crash:
            return False
        finally:
            self._disarm()
        raise AssertionError(f"recovery does not end: {decisions}")

    async def finish(self) -> None:
        """Print the job in the end, whatever happened before."""
        for _attempt in range(5):
            await self.recover()
            if any(state == IntentState.OK for _id, state in self.outcomes()):
                return
            self.explain_cleaning()
            await self.produce(CrashPoints())
        raise AssertionError("the card was never printed")

    def explain_cleaning(self) -> None:
        """Say of every unexplained count that it was a cleaning card."""
        self._put_right()
        for row in self._unexplained():
            self.bench.production.explain(OPERATOR, row.anomaly_id, Explanation.CLEANING_CARD, "")

    async def _recover_once(self, answers: dict[str, OperatorAnswer]) -> list[RecoveryDecision]:
        try:
            return await self.bench.production.recover(OPERATOR, answers)
        except (Refused, Tampered, StationError):
            spoiled = {
                intent_id: OperatorAnswer(AnswerKind.CARD_SPOILED, cause=SpoilCause.PRINT_FAILED)
                for intent_id in answers
            }
            return await self.bench.production.recover(OPERATOR, spoiled)

    def _look(self, item: RecoveryDecision) -> OperatorAnswer:
        """Answer what the eyes see."""
        if item.decision is Decision.ASK_HOPPER:
            return OperatorAnswer(AnswerKind.HOPPER_COUNT, counted=len(self.world.mechanism.hopper))
        if item.decision is Decision.WAIT:
            return OperatorAnswer(AnswerKind.CARD_SPOILED, cause=SpoilCause.PRINT_FAILED)
        while self.world.mechanism.output:
            self.world.hands.take_output()
        mine = [out for out in self.world.hands.table if out.card.serial_text == item.serial]
        if not mine:
            return OperatorAnswer(AnswerKind.CARD_MISSING)
        if mine[-1].whole and AnswerKind.CARD_GOOD not in item.answers:
            assert self._counter_proves_nothing(item.intent_id), "a good card cannot be called good"
            return OperatorAnswer(AnswerKind.CARD_SPOILED, cause=SpoilCause.PRINT_FAILED)
        if mine[-1].whole:
            self.world.hands.clear_desk()
            self.world.slots["desk"].insert(mine[-1].card)
            return OperatorAnswer(AnswerKind.CARD_GOOD)
        return OperatorAnswer(AnswerKind.CARD_SPOILED, cause=SpoilCause.JAM)

    def _counter_proves_nothing(self, intent_id: str) -> bool:
        """Tell whether the printer's counter did not rise since the reservation, as when it started anew."""
        return self.world.mechanism.card_count <= self._intent_book.get(intent_id).card_count

    def _put_right(self) -> None:
        mechanism, hands = self.world.mechanism, self.world.hands
        in_hand = [row for row in self.bench.production.open_intents() if row.state != IntentState.UNRESOLVED.value]
        if mechanism.inside is not None and mechanism.conditions and not in_hand:
            hands.remove_inside()
        if mechanism.inside is None or not mechanism.conditions:
            hands.change_ribbon("R-BARU")
            hands.change_film("F-BARU")
            hands.clear_error()

    def _arm(self, points: CrashPoints) -> None:
        database = self.bench.database
        database.__class__ = CrashingDatabase
        database.points = points  # type: ignore[attr-defined]
        self.bench.production._room._kit = CrashingKit(self.world, points)

    def _disarm(self) -> None:
        self.bench.database.__class__ = Database
        self.bench.production._room._kit = BenchKit(self.world)

    def _share(self, production: CardProduction) -> None:
        production._preparation._kept.update(self.template.prepared)
        self.template.prepared = dict(production._preparation._kept) or self.template.prepared

    def remember_prepared(self) -> None:
        self.template.prepared.update(self.bench.production._preparation._kept)

    def outcomes(self) -> list[tuple[str, IntentState]]:
        """Return every intent with its present state."""
        with self.bench.database.read() as connection:
            rows = connection.execute(text("SELECT intent_id, state FROM print_intent_head"))
            return [(row[0], IntentState(row[1])) for row in rows]

    @property
    def gone(self) -> int:
        """Return how many blanks left the hopper, less those only a stocktake can see (the stated limit)."""
        mechanism = self.world.mechanism
        return BLANKS - len(mechanism.hopper) - self.extra_gone - mechanism.tallies.double_picks

    def check_always(self) -> None:
        """Check what must hold at every instant, in the middle of a crash too."""
        mechanism = self.world.mechanism
        with self.bench.database.read() as connection:
            fed = {row[0] for row in connection.execute(_SQL_FED)}
            open_rows = [row[0] for row in connection.execute(_SQL_IN_HAND)]
            terminal = list(connection.execute(_SQL_TERMINAL))
            consumed = BLANKS - self.bench.book.room_balance(ROOM)
            printed_sent = {row[0]: row[1] for row in connection.execute(_SQL_PRINT_SENT)}
        feeds = {name.split(":")[0] for name, done in mechanism._journal.items() if done.name == "feed_to_encoder"}
        assert feeds <= fed, "I1: a feed without a durable intent"
        assert len(open_rows) <= 1, "I2: two blanks in hand"
        gone = self.gone
        assert gone <= consumed + len(open_rows), f"I3: {gone} gone, {consumed} booked, {len(open_rows)} open"
        assert all(count == 1 for _intent, count in terminal), "I6: two terminal outcomes"
        assert len(mechanism.tallies.printed) == len(set(mechanism.tallies.printed)), "I12: a card printed twice"
        prints = [name for name, done in mechanism._journal.items() if done.name == "print_card"]
        for name in prints:
            assert printed_sent.get(name.split(":")[0], 0) >= int(name.split(":")[2]), "I12: a print nobody sent"
        assert self.bench.production.verify_chain(), "I11: the chain is broken"

    def check_end(self, anomalies: int = 0, slack: int = 0, cards: int = 1) -> None:
        """Check the books against the world when nothing is open."""
        self.check_always()
        assert not self.bench.production.open_intents()
        ok = [intent for intent, state in self.outcomes() if state is IntentState.OK]
        assert len(ok) == cards, "I8: exactly one good card for each job"
        assert len(self.bench.queue.jobs(JobState.PRINTED)) == cards
        every = [row for row in self._intent_book.anomalies(open_only=False) if row.kind == _UNACCOUNTED]
        assert len(every) == anomalies, f"I5: {len(every)} unexplained, {anomalies} expected"
        self.check_books(slack)
        for intent_id in ok:
            self._check_good_card(intent_id)

    def check_books(self, slack: int = 0) -> None:
        """Compare ledger, outcomes and the world's cards when nothing is open."""
        book = self.bench.book
        outcomes = self.outcomes()
        ok = [intent for intent, state in outcomes if state is IntentState.OK]
        spoiled = [intent for intent, state in outcomes if state is IntentState.SPOILED]
        found = self._unexplained()
        consumed = BLANKS - book.room_balance(ROOM)
        assert consumed == len(ok) + len(spoiled) + len(found), "I4: ledger and outcomes differ"
        gone = self.gone
        assert gone <= consumed <= gone + slack, f"I4: {gone} gone, {consumed} booked"
        broken = book.balance(accounts.spoiled_at(accounts.room(ROOM)))
        missing = -book.balance(accounts.DISCREPANCY) if book.balance(accounts.DISCREPANCY) < 0 else 0
        assert broken + max(missing, book.balance(accounts.DISCREPANCY)) == len(spoiled) + len(found), "I13"
        assert self.bench.audit.verify().whole, "I11: the audit log is broken"
        assert book.verify().whole, "I11: the ledger is broken"

    @property
    def _intent_book(self) -> IntentBook:
        return self.bench.production._intents

    def _unexplained(self) -> list[AnomalyRow]:
        return [row for row in self._intent_book.anomalies() if row.kind == _UNACCOUNTED]

    def _check_good_card(self, intent_id: str) -> None:
        intent = next(row for row in self._intents() if row.intent_id == intent_id)
        cards = [card for card in self.world.blanks if card.serial_text == intent.serial]
        assert len(cards) == 1, "I7: the good card is one of ours"
        assert cards[0].mark.state is ChipState.SEALED, "I10: the chip is sealed"
        assert cards[0].mark.intent_id == intent_id, "I10: the chip is this intent's"
        assert intent.serial in self.world.mechanism.tallies.printed, "I10: the card was printed whole"

    def _intents(self) -> list[Any]:
        from station.store import print_intents

        with self.bench.database.read() as connection:
            return print_intents.intents_in(connection, tuple(state.value for state in TERMINAL))


_SQL_FED = text("SELECT DISTINCT intent_id FROM print_intent_event WHERE state = 'feed_sent'")
_SQL_IN_HAND = text(
    "SELECT intent_id FROM print_intent_head WHERE state NOT IN ('ok', 'spoiled', 'not_consumed', 'unresolved')"
)
_SQL_TERMINAL = text(
    "SELECT intent_id, count(*) FROM print_intent_event WHERE state IN ('ok', 'spoiled', 'not_consumed') "
    "GROUP BY intent_id"
)
_SQL_PRINT_SENT = text(
    "SELECT intent_id, count(*) FROM print_intent_event WHERE state = 'print_sent' GROUP BY intent_id"
)
Trouble = Callable[[History], None]
