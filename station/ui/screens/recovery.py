"""Cards interrupted half-way: the recovery table is walked, and what needs eyes is asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.domain.card import SpoilCause
from station.domain.staff import Actor
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.form import Field, FieldKind, Form
from station.ui.screens.sam_pin import SamPinScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.print.recovery import OperatorAnswer, RecoveryDecision
    from station.store.print_intents import AnomalyRow


_ENDS = frozenset({"ok", "spoiled", "not_consumed"})


class RecoveryScreen(SamPinScreen):
    """May be walked again at any time; with nothing new to say it changes nothing."""

    title_id = "ui-place-recovery"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "recover", "ui-key-recover"),
        Binding("j", "answer", "ui-key-answer"),
        Binding("a", "activate", "ui-key-activate-sam"),
        Binding("x", "explain", "ui-key-explain-anomaly"),
        Binding("m", "cleaning", "ui-key-cleaning"),
        Binding("k", "calibration", "ui-key-calibration"),
        Binding("g", "supplies", "ui-key-supplies"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._decisions: dict[str, RecoveryDecision] = {}

    def body(self) -> ComposeResult:
        """Lay out the open cards and what nobody has explained."""
        yield Static("", id="recovery-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-recovery-{name}") for name in ("finding", "name", "serial", "step")])
        yield Static("", id="finding", markup=False)
        yield Static("", id="anomalies", markup=False)
        yield Static("", id="upkeep", markup=False)

    def load(self) -> None:
        """Show what is open."""
        self._draw()
        self.query_one(Rows).focus()
        if self.services.production.open_intents():
            self.action_recover()

    def sam_activated(self) -> None:
        """Go on with the cards that waited for the module, once the work that unlocked it is over."""
        if self.services.production.open_intents():
            self.call_later(self.action_recover)

    def _draw(self) -> None:
        intents = self.services.production.open_intents()
        lead = "ui-recovery-open" if intents else "ui-recovery-none"
        self.query_one("#recovery-lead", Static).update(self.words(lead, count=len(intents)))
        rows = []
        for intent in intents:
            decision = self._decisions.get(intent.intent_id)
            mark = "not-yet" if decision is None else "asked" if decision.answers else "stopped"
            finding = self.words(f"ui-recovery-{mark}")
            name = decision.name if decision else self.services.print_queue.job(intent.job_id).name
            step = self.words(f"ui-intent-{intent.state.replace('_', '-')}")
            rows.append(Row(intent.intent_id, (finding, name, intent.serial or "–", step)))
        self.query_one(Rows).fill(rows)
        self.on_data_table_row_highlighted()
        lines = [f"! {self._anomaly_words(one)}" for one in self.services.production.anomalies()]
        self.query_one("#anomalies", Static).update("\n".join(lines))
        self.query_one("#upkeep", Static).update("\n".join(self._upkeep_lines()))

    def _upkeep_lines(self) -> list[str]:
        """Return the care of the printer: what was done, what is due, which ribbon and film are noted."""
        state = self.services.production.upkeep.state()
        sign = "!" if state.cleaning_due else "·"
        every = {"count": state.cards_since_cleaning, "every": state.cleaning_every_cards}
        lines = [f"{sign} {self.words('ui-upkeep-cleaning', **every)}"]
        due = state.calibration_due_at
        if due is not None:
            sign = "!" if self.services.clock.now() >= due else "·"
            day = self.station.catalogue.short_date(due.date())
            lines[0] += f"   {sign} {self.words('ui-upkeep-calibration', day=day)}"
        if state.ribbon or state.film:
            lines.append(f"· {self.words('ui-upkeep-supplies', ribbon=state.ribbon, film=state.film)}")
        printed, spoiled = self.services.production.outcome_counts()
        limit = self.services.config.printing.spoil_warning_percent
        newest = self.services.production.spoilage()
        sign = "!" if newest.percent > limit else "·"
        number = self.station.catalogue.number(newest.percent)
        recent = {"percent": number, "bad": newest.spoiled, "cards": newest.cards, "limit": limit}
        words = self.words("ui-upkeep-spoilage", printed=printed, spoiled=spoiled, **recent)
        return [*lines, f"{sign} {words}"]

    def on_data_table_row_highlighted(self) -> None:
        """Show the finding of the row under the cursor in full."""
        decision = self._decisions.get(self.query_one(Rows).chosen() or "")
        words = self._finding(decision) if decision else ""
        self.query_one("#finding", Static).update(words)

    def _finding(self, decision: RecoveryDecision) -> str:
        if decision.answers:
            return f"{self.words(f'recovery-{decision.decision.value}')}\n▸ {self.words('ui-recovery-answer-now')}"
        if decision.problem is not None:
            return f"✗ {self.station.catalogue.error(decision.problem)}\n▸ {self.words('ui-recovery-look-again')}"
        return self.words(f"recovery-{decision.decision.value}")

    def _anomaly_words(self, one: AnomalyRow) -> str:
        return self.words(f"ui-anomaly-{one.kind.replace('_', '-')}", count=one.pieces, serial=one.serial)

    def action_recover(self) -> None:
        """Look at every open card and do what the table says; done by itself when the screen opens on open cards."""
        self.begin(self.words("ui-recovering"), self.services.production.recover(self.actor), self._recovered)

    def _recovered(self, decisions: list[RecoveryDecision]) -> None:
        self._decisions = {decision.intent_id: decision for decision in decisions}
        self._draw()
        for decision in decisions:
            if decision.state.value in _ENDS:
                words = self.words(f"ui-recovered-{decision.state.value.replace('_', '-')}", name=decision.name)
                self.notify(f"✓ {words}", timeout=6)
        questions = sum(decision.question for decision in decisions)
        if questions:
            self.notify(self.words("ui-recovery-questions", count=questions), timeout=5)

    def action_answer(self) -> None:
        """Say what was seen of the card under the cursor."""
        self.begin_flow(self._answer())

    async def _answer(self) -> None:
        chosen = self.query_one(Rows).chosen()
        if chosen is None:
            return
        decision = self._decisions.get(chosen)
        if decision is None or not decision.answers:
            self.notify(self.words("ui-recovery-look-first"), timeout=5)
            return
        answer = await self._ask(decision)
        if answer is None:
            return
        decisions = await self.services.production.recover(self.actor, {chosen: answer})
        self._recovered(decisions)

    async def _ask(self, decision: RecoveryDecision) -> OperatorAnswer | None:
        from station.print.recovery import AnswerKind, OperatorAnswer

        options = [(kind.value, self.words(f"ui-answer-{kind.value}")) for kind in decision.answers]
        picked = await self.station.push_screen_wait(Choose(self.words("ui-answer-title"), options))
        if picked is None:
            return None
        kind = AnswerKind(picked)
        if kind is AnswerKind.CARD_GOOD:
            return await self._good()
        if kind is AnswerKind.CARD_SPOILED:
            causes = [(cause.value, self.words(f"ui-spoil-{cause.value.replace('_', '-')}")) for cause in SpoilCause]
            cause = await self.station.push_screen_wait(Choose(self.words("ui-spoil-title"), causes))
            return None if cause is None else OperatorAnswer(kind, cause=SpoilCause(cause))
        if kind is AnswerKind.HOPPER_COUNT:
            fields = (Field("counted", self.words("ui-hopper-counted"), FieldKind.NUMBER),)
            answers = await self.station.push_screen_wait(Form(self.words("ui-answer-hopper-count"), fields))
            return None if answers is None else OperatorAnswer(kind, counted=int(answers["counted"]))
        return OperatorAnswer(kind)

    async def _good(self) -> OperatorAnswer | None:
        """Ask how the good card is shown: on the desk reader, or by its serial."""
        from station.print.recovery import AnswerKind, OperatorAnswer

        ways = [("desk", self.words("ui-confirm-desk")), ("keyed", self.words("ui-confirm-keyed"))]
        way = await self.station.push_screen_wait(Choose(self.words("ui-confirm-title"), ways))
        if way != "keyed":
            return OperatorAnswer(AnswerKind.CARD_GOOD) if way == "desk" else None
        fields = (Field("serial", self.words("ui-serial")),)
        answers = await self.station.push_screen_wait(Form(self.words("ui-confirm-keyed"), fields))
        return None if answers is None else OperatorAnswer(AnswerKind.CARD_GOOD, serial=answers["serial"])

    def action_explain(self) -> None:
        """Say what a card was that no intent explains."""
        self.begin_flow(self._explain())

    async def _explain(self) -> None:
        from station.print.intents import Explanation

        anomalies = {one.anomaly_id: one for one in self.services.production.anomalies()}
        if not anomalies:
            self.notify(self.words("ui-nothing-open"), timeout=3)
            return
        options = [(key, self._anomaly_words(one)) for key, one in anomalies.items()]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-key-explain-anomaly"), options))
        if chosen is None:
            return
        kinds = [(kind.value, self.words(f"ui-explanation-{kind.value.replace('_', '-')}")) for kind in Explanation]
        kind = await self.station.push_screen_wait(Choose(self.words("ui-explanation-title"), kinds))
        if kind is not None:
            self.services.production.explain(self.actor, chosen, Explanation(kind))
            self._draw()

    def action_cleaning(self) -> None:
        """Declare a cleaning card that was just run."""
        self._ask_and_declare("cleaning", self.services.production.upkeep.declare_cleaning)

    def action_calibration(self) -> None:
        """Declare that the printer's sensors were just calibrated."""
        self._ask_and_declare("calibration", self.services.production.upkeep.declare_calibration)

    def _ask_and_declare(self, what: str, declare: Callable[[Actor], Coroutine[Any, Any, None]]) -> None:
        title = self.words(f"ui-key-{what}")

        def answered(yes: bool | None) -> None:
            if yes:
                self.begin(title, declare(self.actor), lambda _none: self._declared())

        self.station.push_screen(Confirm(title, self.words(f"ui-{what}-question")), answered)

    def action_supplies(self) -> None:
        """Note the ribbon and film that are in now, shown with their serial numbers first."""
        self.begin_flow(self._supplies())

    async def _supplies(self) -> None:
        upkeep = self.services.production.upkeep
        change = await upkeep.supply_change()
        before = {"ribbon_before": change.ribbon_before or "–", "film_before": change.film_before or "–"}
        question = "ui-supplies-question" if change.changed else "ui-supplies-same"
        words = self.words(question, ribbon=change.ribbon, film=change.film, **before)
        if await self.station.push_screen_wait(Confirm(self.words("ui-key-supplies"), words)):
            await upkeep.declare_supplies(self.actor)
            self._declared()

    def _declared(self) -> None:
        self.notify(f"✓ {self.words('ui-declared')}", timeout=3)
        self._draw()
