"""One card being made: equipment, steps, the rendered faces beside a checklist, confirmation or the spoil cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from station.domain.card import SpoilCause
from station.domain.errors import StationError
from station.domain.staff import Actor
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.finger import FingerDialog
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.notice import Notice
from station.ui.screens.sam_pin import SamPinScreen
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.picture import Picture
from station.ui.widgets.steps import StepRail, StepState

if TYPE_CHECKING:
    from station.print.equipment import EquipmentReport, Finding
    from station.print.preparation import PreparedCard
    from station.print.production import Production
    from station.print.queue import PrintJob
    from station.print.steps import StepProgress

_STEPS = ("feed", "read-chip", "write-chip", "verify-chip", "print", "take-card")
_MAY_START_ANEW = ("SPOILED", "NOT_CONSUMED")
_LOOK_AT = ("front", "back", "name", "photo", "specimen", "edges", "chip")
_BEFORE_A_CARD = frozenset({"produce", "activate", "look", "next_card"})
_WITH_A_CARD = frozenset({"confirm_card", "spoil"})
_NOT_AT_WORK = _BEFORE_A_CARD | _WITH_A_CARD | {"finger"}
_LABEL_WIDTH = 17


class ProductionScreen(SamPinScreen):
    """Nothing is fed before every gate is open; a card that is out waits for the operator's eyes."""

    title_id = "ui-production-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "produce", "ui-key-print"),
        Binding("t", "texts", "ui-key-card-texts"),
        Binding("v", "turn", "ui-key-turn-card"),
        Binding("b", "confirm_card", "ui-key-card-good"),
        Binding("r", "spoil", "ui-key-card-spoiled"),
        Binding("a", "activate", "ui-key-activate-sam"),
        Binding("f", "finger", "ui-key-finger"),
        Binding("l", "look", "ui-key-look-again"),
        Binding("n", "next_card", "ui-key-next-card"),
        Binding("7", "recovery", "ui-place-recovery"),
    ]

    def __init__(self, job: PrintJob) -> None:
        super().__init__()
        self.job = job
        self.production: Production | None = None
        self._card: PreparedCard | None = None
        self._back = False
        self._step = ""
        self._report: EquipmentReport | None = None
        self._making = False
        self._unclear = False

    def body(self) -> ComposeResult:
        """Lay out person, steps, face and checklist."""
        yield Static("", id="production-lead", markup=False)
        yield StepRail(id="rail")
        with Horizontal(id="production-main"):
            yield Picture(self.words("ui-face-preparing"), "face")
            with Vertical(id="production-side"):
                yield Facts(id="equipment")
                yield Facts(id="face-texts")
                yield Static("", id="production-result", markup=False)
                yield Static("", id="findings", markup=False)

    def load(self) -> None:
        """Prepare the face and look at the equipment."""
        reason = self.words(f"ui-print-reason-{self.job.reason.value}") if self.job.reason else "–"
        self.query_one("#production-lead", Static).update(
            self.words("ui-production-lead", name=self.job.name, nik=self.job.nik, reason=reason)
        )
        self._draw_steps()
        self.action_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only the keys that make sense now: before a card, with a card in hand, after it."""
        if self.working and action in _NOT_AT_WORK:
            return False
        if action == "recovery":
            return self._unclear
        state = "" if self.production is None else self.production.state.name
        hidden = {
            "": {*_WITH_A_CARD, "next_card"},
            "EJECTED": _BEFORE_A_CARD,
            "OK": {*_WITH_A_CARD, "produce", "activate", "look"},
            **dict.fromkeys(_MAY_START_ANEW, _WITH_A_CARD),
        }
        return action not in hidden.get(state, _BEFORE_A_CARD | {"confirm_card", "finger"})

    def action_look(self) -> None:
        """Look at face and equipment once more."""
        if not self.working:
            self.begin(self.words("ui-looking-at-equipment"), self._look(), self._looked)

    async def _look(self) -> tuple[PreparedCard, EquipmentReport]:
        prepared = await self.services.production.prepare(self.job.job_id)
        return prepared, await self.services.production.equipment_gate(self.actor)

    def _looked(self, found: tuple[PreparedCard, EquipmentReport]) -> None:
        prepared, report = found
        self._card = prepared
        self._draw_face()
        self._draw_equipment(report)
        ready = self.words("ui-production-ready" if report.ready else "ui-production-not-ready")
        if self.production is None:
            size = self.words("ui-chip-size", count=prepared.chip.byte_count, quality=prepared.chip.photo_quality)
            self.query_one("#production-result", Static).update(f"{ready}\n{size}")
        elif self.production.state.name in _MAY_START_ANEW:
            self.query_one("#production-result", Static).update(f"{self._outcome_words(self.production)}\n{ready}")

    def _draw_face(self) -> None:
        """Show the face that is turned up, and what it says."""
        card = self._card
        if card is None:
            return
        back = self._back and card.back_png is not None
        self.query_one(Picture).show_png(card.back_png if back and card.back_png is not None else card.front_png)
        texts = card.back_texts if back else card.front_texts
        ordered = sorted(texts, key=lambda text: not text.label)  # headings last: names and numbers matter most
        self.query_one("#face-texts", Facts).show(
            (Fact(text.label, text.text, Mark.NOW) for text in ordered), label_width=_LABEL_WIDTH
        )

    def action_turn(self) -> None:
        """Show the other face."""
        if self._card is None or self._card.back_png is None:
            self.notify(self.words("ui-one-side-only"), timeout=3)
            return
        self._back = not self._back
        self._draw_face()

    def action_texts(self) -> None:
        """Compare every text of the card in large letters; what differs leads to booking it as spoiled."""
        if self._card is not None:
            self.begin_flow(self._texts(self._card))

    async def _texts(self, card: PreparedCard) -> None:
        from station.ui.screens.card_texts import CardTextsScreen

        wrong = await self.station.push_screen_wait(CardTextsScreen(card))
        if wrong is None:
            return
        if wrong:
            listed = "\n".join(wrong)
            self.station.push_screen(Notice("ui-texts-differ", f"{listed}\n\n{self.words('ui-texts-differ-do')}"))
        else:
            self.notify(f"✓ {self.words('ui-texts-agree')}", timeout=3)

    def _draw_equipment(self, report: EquipmentReport) -> None:
        self._report = report
        facts = []
        if report.status is not None and report.status.temperature_c is not None:
            temperature = self.station.catalogue.number(report.status.temperature_c)
            facts.append(Fact(self.words("ui-temperature"), f"{temperature} °C", Mark.GOOD))
        if report.supplies is not None:
            supplies = report.supplies
            left = ("–" if level is None else str(level) for level in (supplies.ribbon_percent, supplies.film_percent))
            words = self.words("ui-supplies", **dict(zip(("ribbon", "film"), left, strict=True)))
            facts.append(Fact(self.words("ui-ribbon-film"), words))
        facts.append(Fact(self.words("ui-blanks-here"), str(report.blanks)))
        if report.signer is not None:
            until = self.station.catalogue.short_date(report.signer.not_after.date())
            kind = "ui-signer-test" if report.signer.test else "ui-signer"
            facts.append(Fact(self.words("ui-signed-by"), self.words(kind, name=report.signer.name, day=until)))
        self.query_one("#equipment", Facts).show(facts, label_width=12)
        findings = [f"{_sign(one)} {self._finding_words(one)}" for one in report.findings]
        self.query_one("#findings", Static).update("\n".join(findings))

    def _finding_words(self, finding: Finding) -> str:
        return self.words(finding.message_id, **finding.params)

    def _draw_steps(self) -> None:
        reached = _STEPS.index(self._step) if self._step in _STEPS else -1
        finished = self.production is not None and self.production.state.name == "OK"
        states = []
        for position, step in enumerate(_STEPS):
            mark = Mark.GOOD if position < reached or finished else Mark.NOW if position == reached else Mark.WAIT
            states.append(StepState(self.words(f"ui-print-step-{step}"), mark))
        self.query_one(StepRail).show(states)

    # Making the card -----------------------------------------------------------------

    def action_produce(self) -> None:
        """Feed a blank and make the card."""
        if self.working or (self.production is not None and self.production.state.name not in _MAY_START_ANEW):
            return
        question = self.words("ui-produce-question", name=self.job.name)
        self.station.push_screen(Confirm(self.words("ui-key-print"), question), self._produce)

    def _produce(self, yes: bool | None) -> None:
        if yes:
            self.production, self._step, self._back, self._making = None, "", False, True
            self.query_one("#production-result", Static).update(f"» {self.words('ui-producing-do')}")
            work = self.services.production.produce(self.actor, self.job.job_id, self._progress)
            self.begin(self.words("ui-producing"), work, self._made)
            self._prepare_next()

    def _prepare_next(self) -> None:
        """Render the next card while the printer works."""
        others = [job for job in self.services.print_queue.jobs() if job.printable and job.job_id != self.job.job_id]
        if others:
            work = self.services.production.prepare(others[0].job_id)
            self.run_worker(work, group="prepare", exclusive=True, exit_on_error=False)

    def _progress(self, progress: StepProgress) -> None:
        self._step = progress.step.value
        share = progress.done / progress.total if progress.total else None
        self.progress(self.words(f"ui-print-step-{self._step}"), share)
        self._draw_steps()

    def _made(self, production: Production) -> None:
        self.production, self._making = production, False
        self._unclear = production.state.name not in (*_MAY_START_ANEW, "OK", "EJECTED")
        self._draw_steps()
        self._card = production.card
        self._draw_face()
        self.set_class(production.waits_for_confirmation, "-card-out")
        self.refresh_bindings()
        self.station.bell()
        self.query_one("#production-result", Static).update(self._outcome_words(production))
        if production.state.name in _MAY_START_ANEW:
            self.call_later(self.action_look)
        elif production.state.name == "OK" and self._report is not None:
            self._draw_equipment(replace(self._report, blanks=self._report.blanks - 1))
        if production.problem is not None:
            text = self.station.catalogue.error(production.problem)
            self.station.push_screen(Notice("ui-card-problem", text))

    def _outcome_words(self, production: Production) -> str:
        """Return what became of the card, and what to do with it."""
        if production.waits_for_confirmation:
            one_sided = production.card.back_png is None
            wanted = [name for name in _LOOK_AT if not (one_sided and name == "back")]
            looks = "\n".join(f"☐ {self.words(f'ui-look-{name}')}" for name in wanted)
            return f"{self.words('ui-take-card', serial=production.serial)}\n{looks}"
        match production.state.name:
            case "SPOILED" if production.serial:
                return f"✗ {self.words('ui-card-spoiled', serial=production.serial)}"
            case "SPOILED":
                return f"✗ {self.words('ui-card-spoiled-unread')}"
            case "NOT_CONSUMED":
                return f"· {self.words('ui-card-not-used')}"
            case "OK":
                return f"✓ {self.words('ui-card-confirmed')}"
        return f"! {self.words('ui-card-open')}"

    def action_confirm_card(self) -> None:
        """Accept the card: it lies on the desk reader, or its serial is keyed in."""
        if self.production is None or not self.production.waits_for_confirmation:
            self.notify(self.words("ui-no-card-out"), timeout=3)
            return
        ways = [("desk", self.words("ui-confirm-desk")), ("keyed", self.words("ui-confirm-keyed"))]
        self.station.push_screen(Choose(self.words("ui-confirm-title"), ways), self._confirm_by)

    def _confirm_by(self, way: str | None) -> None:
        if way == "desk":
            self._confirm(None)
        elif way == "keyed":
            fields = (Field("serial", self.words("ui-serial")),)

            def keyed(answers: dict[str, str] | None) -> None:
                if answers is not None:
                    self._confirm(answers["serial"])

            self.station.push_screen(Form(self.words("ui-confirm-keyed"), fields), keyed)

    def _confirm(self, serial: str | None) -> None:
        if self.production is not None:
            work = self.services.production.confirm(self.actor, self.production.intent_id, serial)
            self.begin(self.words("ui-confirming"), work, self._made)

    def action_spoil(self) -> None:
        """Book the card as spoiled, with its cause."""
        if self.production is None or self.production.state.name in {"OK", "SPOILED", "NOT_CONSUMED"}:
            self.notify(self.words("ui-no-card-out"), timeout=3)
            return
        options = [(cause.value, self.words(f"ui-spoil-{cause.value.replace('_', '-')}")) for cause in SpoilCause]

        def chosen(cause: str | None) -> None:
            if cause and self.production is not None:
                work = self.services.production.spoil(self.actor, self.production.intent_id, SpoilCause(cause))
                self.begin(self.words("ui-spoiling"), work, self._made)

        self.station.push_screen(Choose(self.words("ui-spoil-title"), options), chosen)

    def sam_activated(self) -> None:
        """Look at the equipment once more, once the work that unlocked it is over."""
        self.call_later(self.action_look)

    def action_finger(self) -> None:
        """Let the operator prove with a finger who they are, then look at the equipment again."""

        def shown(actor: Actor | None) -> None:
            if actor is not None:
                self.station.actor = actor
                self.action_look()

        if not self.working:
            self.station.push_screen(FingerDialog(self.actor), shown)

    def action_recovery(self) -> None:
        """Go to recovery, which knows what to ask of a blank without a clear outcome."""
        from station.ui.places import place

        self.station.switch_screen(place("recovery").open())

    def action_next_card(self) -> None:
        """Go to the next printable card, once this one is settled."""
        if self.working or (self.production is not None and self.production.waits_for_confirmation):
            self.notify(self.words("ui-confirm-first"), timeout=3)
            return
        jobs = [job for job in self.services.print_queue.jobs() if job.printable and job.job_id != self.job.job_id]
        if jobs:
            self.station.switch_screen(ProductionScreen(jobs[0]))
        else:
            self.notify(self.words("ui-queue-done"), timeout=3)

    def action_leave(self) -> None:
        """Leave; while a card is inside the printer only on a clear word, since recovery must then look at it."""
        if self.working and self._step and (self.production is None or self.production.state.name != "OK"):
            question = self.words("ui-stop-card-question")
            self.station.push_screen(Confirm(self.words("ui-stop-card-title"), question), self._stop)
            return
        super().action_leave()

    def _stop(self, yes: bool | None) -> None:
        if yes:
            super().action_leave()

    def failed(self, error: StationError) -> None:
        """Show the error; when a blank is in hand, say where to go on."""
        super().failed(error)
        making, self._making = self._making, False
        if self.services.production.open_intents() and self.production is None:
            self.query_one("#production-result", Static).update(f"! {self.words('ui-card-open')}")
            self._unclear = True
            self.refresh_bindings()
        elif making:
            self.call_later(self.action_look)


def _sign(finding: Finding) -> str:
    return "✗" if finding.blocking else "·" if finding.usual else "!"
