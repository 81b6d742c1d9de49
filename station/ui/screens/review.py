"""The supervisor's review at the end of the day: look at the odd ones and a sample, send back, approve the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Static

from station.messages.body_parts import part_words
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.form import Field, Form
from station.ui.screens.base import StationScreen
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.picture import Picture
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.capture.review import ReviewItem
    from station.capture.sessions import Session

SAMPLE_PERCENT = 20
"""The share of ordinary sittings a supervisor looks at, besides all odd ones."""
_COLUMNS = ("state", "number", "name", "weakest")


class ReviewScreen(StationScreen):
    """Enter marks a sitting as looked at; all that is marked `▸` must be looked at before the batch is approved."""

    title_id = "ui-review-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look", "ui-key-seen"),
        Binding("k", "send_back", "ui-key-send-back"),
        Binding("s", "approve", "ui-key-approve"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._items: dict[str, ReviewItem] = {}
        self._sample: frozenset[str] = frozenset()
        self._seen: frozenset[str] = frozenset()
        self._sent_back: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """Lay out the counts, the table, and the sitting under the cursor."""
        yield Static("", id="review-lead", classes="lead", markup=False)
        with Horizontal(id="review-main"):
            yield Rows([self.words(f"ui-review-{column}") for column in _COLUMNS])
            with Vertical(id="review-side"):
                yield Picture(self.words("ui-no-picture"), "review-picture")
                yield Facts(id="review-facts")

    def load(self) -> None:
        """Read the session's recorded sittings."""
        self._read()
        self.query_one(Rows).focus()

    def _read(self) -> None:
        review, key = self.services.recording.review, self.session.session_id
        self.begin_in_thread(self.words("ui-reading"), self._take, review.items, key)

    def _take(self, items: list[ReviewItem]) -> None:
        self._items = {item.sitting_id: item for item in items}
        pending = [item for item in items if item.decision is None]
        sample = self.services.recording.review.sample_of(pending, SAMPLE_PERCENT)
        self._sample = frozenset(item.sitting_id for item in sample)
        self._draw()

    def _draw(self) -> None:
        pending = sum(item.decision is None for item in self._items.values())
        left = len(self._sample - self._seen - set(self._sent_back))
        words = self.words("ui-review-lead", count=len(self._items), pending=pending, left=left)
        self.query_one("#review-lead", Static).update(words if self._items else self.words("ui-review-none"))
        self.query_one(Rows).fill(self._row(item) for item in self._items.values())
        self._show_item()

    def _row(self, item: ReviewItem) -> Row:
        scored = [part for part in item.parts if part.record is not None]
        weakest = str(min(part.score for part in scored)) if scored else ""
        mark, name = self._state(item)
        state = f"{mark.sign} {self.words(f'ui-review-{name}')}"
        return Row(item.sitting_id, (state, str(item.running_number), item.name, weakest))

    def _state(self, item: ReviewItem) -> tuple[Mark, str]:
        if item.decision is not None:
            approved = item.decision.name == "APPROVED"
            return (Mark.GOOD, "approved") if approved else (Mark.BAD, "sent-back")
        if item.sitting_id in self._sent_back:
            return Mark.WARN, "will-go-back"
        if item.sitting_id in self._seen:
            return Mark.GOOD, "seen"
        return (Mark.NOW, "look") if item.sitting_id in self._sample else (Mark.WAIT, "waiting")

    def _item(self) -> ReviewItem | None:
        return self._items.get(self.query_one(Rows).chosen() or "")

    @on(DataTable.RowHighlighted)
    def _show_item(self) -> None:
        item, picture = self._item(), self.query_one(Picture)
        if item is None or item.thumbnail_jpeg is None:
            picture.show_nothing()
        else:
            picture.show_png(item.thumbnail_jpeg)
        self.query_one("#review-facts", Facts).show([] if item is None else self._facts(item), label_width=11)

    def _facts(self, item: ReviewItem) -> list[Fact]:
        catalogue = self.station.catalogue
        facts = [Fact(self.words("ui-review-by"), self._operator(item.operator_id))]
        scored = sorted((part for part in item.parts if part.record is not None), key=lambda part: part.score)
        weakest = self.words("ui-review-weakest")
        facts += [Fact(weakest, f"{part_words(catalogue, part.part)} {part.score}") for part in scored[:1]]
        excepted = [part_words(catalogue, part.part) for part in item.parts if part.exception is not None]
        if excepted:
            facts.append(Fact(self.words("ui-key-exception"), ", ".join(excepted), Mark.WARN))
        found = self.words("ui-key-findings")
        facts += [Fact(found, self.words(one.message_id, **one.params), Mark.WARN) for one in item.findings]
        reason = item.reason or self._sent_back.get(item.sitting_id, "")
        return [*facts, Fact(self.words("ui-reason"), reason, Mark.BAD)] if reason else facts

    def _operator(self, staff_id: str) -> str:
        accounts = self.services.staff.list()
        return next((one.actor.name for one in accounts if one.actor.staff_id == staff_id), staff_id)

    # Decisions -----------------------------------------------------------------------

    @on(DataTable.RowSelected)
    def action_look(self) -> None:
        """Mark the sitting under the cursor as looked at and go to the next row."""
        item = self._item()
        if item is None or item.decision is not None:
            return
        self._sent_back.pop(item.sitting_id, None)
        self._seen |= {item.sitting_id}
        self._draw()
        self.query_one(Rows).action_cursor_down()

    def action_send_back(self) -> None:
        """Note that this sitting must be recorded again, and why; done when the batch is approved."""
        item = self._item()
        if item is None or item.decision is not None:
            return

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._sent_back[item.sitting_id] = answers["reason"]
                self._draw()

        title = self.words("ui-review-back-title", name=item.name)
        self.station.push_screen(Form(title, (Field("reason", self.words("ui-reason")),)), named)

    def action_approve(self) -> None:
        """Approve all that wait but those to be sent back, with one confirmation."""
        pending = {key for key, item in self._items.items() if item.decision is None}
        left = self._sample - self._seen - set(self._sent_back)
        if not pending:
            self.notify(self.words("ui-review-nothing"), timeout=4)
            return
        if left:
            self.notify(f"! {self.words('ui-review-look-first', count=len(left))}", timeout=5)
            return
        back = len(self._sent_back)
        text = self.words("ui-review-question", count=len(pending) - back, back=back)

        def answered(yes: bool | None) -> None:
            if yes and self.guarded(self._confirm):
                self.notify(f"✓ {self.words('ui-review-done')}", timeout=4)

        self.station.push_screen(Confirm(self.words("ui-review-title"), text), answered)

    def _confirm(self) -> None:
        review = self.services.recording.review
        review.confirm(self.actor, self.session.session_id, self._seen, self._sent_back)
        self._seen, self._sent_back = frozenset(), {}
        self._read()
