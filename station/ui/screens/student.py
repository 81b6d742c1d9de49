"""One student before recording: gates with causes, the list against SIAK, documents, biodata read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from station.capture.attendance import PostponeReason, RefusalReason
from station.capture.gates import Documents, GateKind
from station.domain.errors import StationError
from station.domain.person import MaritalStatus
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.form import Field, FieldKind, Form, date_from_words
from station.ui.dialogs.notice import Notice
from station.ui.dialogs.shown_again import shown_again
from station.ui.screens.base import StationScreen
from station.ui.screens.read_aloud import ReadAloudScreen
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.capture.gates import Gate
    from station.capture.sessions import Session
    from station.capture.sitting import Sitting
    from station.store.rosters import Student


class StudentScreen(StationScreen):
    """Everything that must be right before the first capture."""

    title_id = "ui-student-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "record", "ui-key-record"),
        Binding("b", "read_aloud", "ui-key-read-aloud"),
        Binding("k", "tick('family_card')", "ui-key-family-card"),
        Binding("a", "certificate", "ui-key-certificate"),
        Binding("x", "refuse", "ui-key-refuse"),
        Binding("t", "postpone", "ui-key-postpone"),
        Binding("o", "missing_reason", "ui-key-missing-document"),
        Binding("c", "correction", "ui-key-correction"),
        Binding("s", "ask_siak", "ui-key-ask-siak-short"),
        Binding("p", "call", "ui-key-call"),
        Binding("m", "tick('marriage_document')", "ui-key-marriage"),
    ]

    def __init__(self, session: Session, student: Student) -> None:
        super().__init__()
        self.session = session
        self.student = student
        self.documents = Documents()

    def body(self) -> ComposeResult:
        """Lay out name, gates, documents and comparison."""
        yield Static("", id="student-lead", classes="lead", markup=False)
        with VerticalScroll(id="student-page", can_focus=False):
            yield Facts(id="gates")
            yield Facts(id="documents")
            yield Rows([self.words(f"ui-compare-{name}") for name in ("sign", "field", "roster", "siak")], "compare")

    def load(self) -> None:
        """Look at the gates."""
        self._draw()
        self.query_one(Rows).focus()

    def _draw(self) -> None:
        student = self.student
        self.query_one("#student-lead", Static).update(
            self.words(
                "ui-student-lead",
                number=student.number,
                name=student.name,
                class_name=student.class_name or "–",
                nik=student.nik,
            )
        )
        self.query_one("#gates", Facts).show(self._gate_facts(), label_width=14)
        self.query_one("#documents", Facts).show(self._documents(), label_width=14)
        comparison = self.services.recording.compare(self.session.session_id, student.student_id)
        table = self.query_one(Rows)
        table.styles.height = len(comparison) + 1
        table.fill(
            Row(
                entry.field,
                (
                    "✓" if entry.same else "✗",
                    self.words(f"ui-field-{entry.field.replace('_', '-')}"),
                    self._value(entry.field, entry.roster_value),
                    self._value(entry.field, entry.siak_value) or "–",
                ),
            )
            for entry in comparison
        )

    def _value(self, field: str, value: str) -> str:
        if field == "birth_date" and value:
            return self.station.catalogue.short_date(date.fromisoformat(value))
        return value

    def _gates(self) -> list[Gate]:
        return self.services.recording.gates(self.session.session_id, self.student.student_id, self.documents)

    def _gate_facts(self) -> list[Fact]:
        """Return the closed gates with their causes, and the open ones in one line."""
        gates = self._gates()
        if any(gate.blocking and not gate.passed and gate.kind is not GateKind.DOCUMENTS for gate in gates):
            gates = [gate for gate in gates if gate.kind is not GateKind.DOCUMENTS]
        facts = [self._gate(gate) for gate in gates if not gate.passed]
        names = ", ".join(self.words(f"ui-gate-{gate.kind.name.lower()}") for gate in gates if gate.passed)
        return [*facts, Fact(self.words("ui-gates-open"), names, Mark.GOOD)] if names else facts

    def _gate(self, gate: Gate) -> Fact:
        mark = Mark.GOOD if gate.passed else Mark.BAD if gate.blocking else Mark.WARN
        params = dict(gate.params)
        if gate.kind is GateKind.SAME_DATA:
            names = str(params["fields"]).split(", ")
            params["fields"] = ", ".join(self._field_words(name) for name in names if name)
        return Fact(self.words(f"ui-gate-{gate.kind.name.lower()}"), self.words(gate.message_id, **params), mark)

    def _field_words(self, name: str) -> str:
        return self.words(f"ui-field-{name.replace('_', '-')}")

    def _documents(self) -> list[Fact]:
        seen = self.documents
        entries = [
            ("family-card", seen.family_card, ""),
            ("certificate", seen.birth_certificate, seen.certificate_no),
            ("read-aloud", seen.biodata_read_aloud, ""),
        ]
        if seen.marriage_document:
            entries.append(("marriage", True, ""))
        facts = [
            Fact(
                self.words(f"ui-document-{name}"),
                detail or self.words(_seen_words(name) if there else "ui-document-not-seen"),
                Mark.GOOD if there else Mark.WAIT,
            )
            for name, there, detail in entries
        ]
        if seen.missing_reason:
            facts.append(Fact(self.words("ui-document-reason"), seen.missing_reason, Mark.WARN))
        return facts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the marriage document only where somebody is or was married."""
        if parameters == ("marriage_document",):
            biodata = self.services.extracts.of_nik(self.student.nik)
            if biodata is None or biodata.marital_status is MaritalStatus.SINGLE:
                return False
        return super().check_action(action, parameters)

    def _change(self, **values: object) -> None:
        self.documents = replace(self.documents, **values)  # type: ignore[arg-type]
        self.guarded(self._draw)

    def action_tick(self, name: str) -> None:
        """Note that a document was seen, or take it back."""
        self._change(**{name: not getattr(self.documents, name)})

    def action_certificate(self) -> None:
        """Note number and sight of the birth certificate."""
        fields = (Field("number", self.words("ui-certificate-number"), default=self.documents.certificate_no),)

        def noted(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._change(birth_certificate=True, certificate_no=answers["number"])

        self.station.push_screen(Form(self.words("ui-document-certificate"), fields), noted)

    def action_missing_reason(self) -> None:
        """Note why a document is missing."""
        fields = (Field("reason", self.words("ui-reason"), default=self.documents.missing_reason),)

        def noted(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._change(missing_reason=answers["reason"])

        self.station.push_screen(Form(self.words("ui-key-missing-document"), fields), noted)

    def action_read_aloud(self) -> None:
        """Read the registry's biodata aloud, field by field."""
        biodata = self.services.extracts.of_nik(self.student.nik)
        if biodata is None:
            self.notify(self.words("ui-siak-none"), timeout=4)
            return
        self.station.push_screen(ReadAloudScreen(biodata), self._read)

    def _read(self, wrong: tuple[str, ...] | None) -> None:
        if wrong is None:
            return
        fields = ", ".join(self._field_words(name) for name in wrong)
        self._change(biodata_read_aloud=True, wrong_fields=fields)
        if wrong:
            self.station.push_screen(Notice("ui-read-wrong-title", self.words("ui-read-wrong", fields=fields)))

    def action_correction(self) -> None:
        """Ask the office to correct the registry, with what the birth certificate says."""
        biodata = self.services.extracts.of_nik(self.student.nik)
        if biodata is None:
            self.notify(self.words("ui-siak-none"), timeout=4)
            return
        known = biodata.as_dict()
        fields = [Field("certificate", self.words("ui-certificate-number"), default=self.documents.certificate_no)]
        fields += [
            Field(
                name,
                self._field_words(name),
                FieldKind.DATE if name == "birth_date" else FieldKind.TEXT,
                default=self._value(name, known[name]),
            )
            for name in ("name", "birth_place", "birth_date", "sex", "address")
        ]
        text = self.words("ui-correction-text")
        self.station.push_screen(Form(self.words("ui-key-correction"), fields, text), self._correct)

    def _correct(self, answers: dict[str, str] | None) -> None:
        biodata = self.services.extracts.of_nik(self.student.nik)
        if answers is None or biodata is None:
            return
        certificate = answers.pop("certificate")
        born = date_from_words(answers["birth_date"])
        answers["birth_date"] = "" if born is None else born.isoformat()
        known = biodata.as_dict()
        stated = {name: value for name, value in answers.items() if value != known[name]}
        self.begin_flow(self._ask_for_correction(stated, certificate))

    async def _ask_for_correction(self, stated: dict[str, str], certificate: str) -> None:
        """Whoever asks for other data in the registry shows once more who they are; the request names the proof."""
        actor = await shown_again(self, self.words("ui-correction-who"))
        if actor is None:
            return
        self.services.extracts.request_correction(actor, self.student.student_id, stated, certificate)
        self.notify(f"✓ {self.words('ui-correction-sent')}", timeout=4)
        self.refresh_status()

    def action_ask_siak(self) -> None:
        """Ask the office for this student's registry record."""
        if self.guarded(self.services.extracts.request_one, self.actor, self.student.student_id):
            self.notify(f"✓ {self.words('ui-siak-asked')}", timeout=4)
            self.refresh_status()

    def action_refuse(self) -> None:
        """Settle the student as not to be recorded, with the reason."""
        options = [(reason.value, self.words(f"ui-refusal-{reason.name.lower()}")) for reason in RefusalReason]

        def chosen(reason: str | None) -> None:
            if reason and self.guarded(
                self.services.sessions.refuse,
                self.actor,
                self.session.session_id,
                self.student.student_id,
                RefusalReason(reason),
            ):
                self.leave()

        self.station.push_screen(Choose(self.words("ui-refuse-title"), options), chosen)

    def action_postpone(self) -> None:
        """Settle the student for another day, with the reason."""
        options = [(reason.value, self.words(f"ui-postpone-{reason.name.lower()}")) for reason in PostponeReason]

        def chosen(reason: str | None) -> None:
            if reason and self.guarded(
                self.services.sessions.postpone,
                self.actor,
                self.session.session_id,
                self.student.student_id,
                PostponeReason(reason),
            ):
                self.leave()

        self.station.push_screen(Choose(self.words("ui-postpone-title"), options), chosen)

    def action_call(self) -> None:
        """Show the student's number on the call board, where the kit has one."""
        if self.services.kit.has("display"):
            self.run_worker(self._call(), group="call", exclusive=True, exit_on_error=False)

    async def _call(self) -> None:
        try:
            await self.services.kit.display().call(self.student.number, self.student.name)
        except StationError as error:
            self.notify(f"! {self.station.catalogue.error(error)}", timeout=4)

    def action_record(self) -> None:
        """Begin the six steps, or go on with a sitting begun before."""
        self.begin(
            self.words("ui-sitting-beginning"),
            self.services.recording.begin(self.actor, self.session.session_id, self.student.student_id, self.documents),
            self._begun,
        )

    def _begun(self, sitting: Sitting) -> None:
        from station.ui.screens.sitting import SittingScreen

        self.station.switch_screen(SittingScreen(sitting))


def _seen_words(name: str) -> str:
    return "ui-document-was-read" if name == "read-aloud" else "ui-document-seen"
