"""Hand-over: the cards that wait per school, each given in person by finger or signature; proxies are refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import DataTable, Static

from station.devices.fingerprint.interface import FingerPreview
from station.domain.card import SpoilCause
from station.domain.errors import StationError
from station.domain.nik import masked_nik
from station.messages.body_parts import full_finger_words
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.notice import Notice
from station.ui.locale import moment_words
from station.ui.screens.sam_pin import SamPinScreen
from station.ui.widgets.picture import Picture
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.domain.sample import Finger
    from station.print.handover import HandOverWay, WaitingCard
    from station.store.print_cards import ReceiptRow

_FRAMES_PER_S = 8
_AT_REST = frozenset(
    {"by_finger", "by_signature", "photo", "refuse_proxy", "inspect", "carry", "bring_back", "withdraw", "activate"}
)


class HandOverScreen(SamPinScreen):
    """Works without a network."""

    title_id = "ui-place-handover"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "by_finger", "ui-key-by-finger"),
        Binding("t", "by_signature", "ui-key-by-signature"),
        Binding("f", "photo", "ui-key-event-photo"),
        Binding("x", "refuse_proxy", "ui-key-refuse-proxy"),
        Binding("i", "inspect", "ui-key-inspect"),
        Binding("c", "carry", "ui-key-carry"),
        Binding("k", "bring_back", "ui-key-card-back"),
        Binding("w", "withdraw", "ui-key-withdraw"),
        Binding("s", "school", "ui-key-school"),
        Binding("v", "see_photo", "ui-key-see-photo"),
        Binding("a", "activate", "ui-key-sam"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._school_id: str | None = None
        self._school_name = ""
        self._frame: FingerPreview | None = None
        self._photo: tuple[str, bytes] | None = None

    def body(self) -> ComposeResult:
        """Lay out the cards and the picture of the finger."""
        yield Static("", id="handover-lead", classes="lead", markup=False)
        with Horizontal():
            yield Rows([self.words(f"ui-card-{name}") for name in ("state", "name", "nik", "printed")])
            yield Picture("", "handover-picture")

    def load(self) -> None:
        """Read the cards that wait."""
        self._draw()
        self.query_one(Rows).focus()
        self.set_interval(1 / _FRAMES_PER_S, self._draw_frame)

    def _draw(self) -> None:
        cards = self.services.handover.cards(self._school_id)
        given = len(self.services.handover.receipts(self._school_id))
        school = self._school_name or self.words("ui-all-schools")
        lead = self.words("ui-handover-lead", school=school, waiting=len(cards), given=given)
        check = self.words(f"ui-card-check-{self.services.handover.check.value}")
        if self._may_unlock():
            check += f" {self.words('ui-card-check-unlock')}"
        self.query_one("#handover-lead", Static).update(f"{lead}\n{check}")
        self.query_one(Rows).fill(self._row(card) for card in cards)

    def _may_unlock(self) -> bool:
        return self.services.handover.check.value == "serial" and self.services.kit.has("smartcard-sam")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no second hand-over during one, and the module's key only where unlocking it lets the chip be read."""
        if self.working and action in _AT_REST:
            return False
        if action == "activate" and not self._may_unlock():
            return False
        return super().check_action(action, parameters)

    def sam_activated(self) -> None:
        """Say anew what is learned of a card."""
        self._draw()
        self.refresh_bindings()

    def _row(self, card: WaitingCard) -> Row:
        state = self.words(f"ui-place-{card.place.value.replace('_', '-')}")
        sign = "✗" if card.problem else "○"
        words = self.words(card.problem, **card.problem_params) if card.problem else state
        printed = moment_words(card.printed_at, self.services.config.time_zone)
        return Row(card.job_id, (f"{sign} {words}", card.name, masked_nik(card.nik), printed))

    def _card(self) -> WaitingCard | None:
        chosen = self.query_one(Rows).chosen()
        return next((card for card in self.services.handover.cards(self._school_id) if card.job_id == chosen), None)

    def _draw_frame(self) -> None:
        frame, self._frame = self._frame, None
        if frame is not None:
            self.add_class("-picture")
            self.query_one(Picture).show(frame.image)

    def _take_frame(self, frame: FingerPreview) -> None:
        self._frame = frame

    @on(DataTable.RowSelected)
    def _row_selected(self) -> None:
        self.action_by_finger()

    def action_by_finger(self) -> None:
        """Give the card when the finger matches 1:1."""
        card = self._card()
        if card is None or self.working:
            return
        if not card.fingers:
            self.notify(self.words("handover-no-finger"), timeout=4)
            return
        finger = full_finger_words(self.station.catalogue, card.fingers[0])

        def answered(yes: bool | None) -> None:
            if yes:
                self.begin(self._first_words(finger), self._by_finger(card), self._given)

        self.station.push_screen(Confirm(self.words("ui-handover-title"), self._question(card, finger)), answered)

    def _first_words(self, finger: str) -> str:
        """Return what is waited for first: the card on the desk reader, or the finger where there is no reader."""
        if self.services.handover.check.value == "none":
            return self.words("ui-do-single", finger=finger)
        return self.words("ui-do-lay-card")

    def _finger_asked(self, finger: Finger, way: HandOverWay) -> None:
        words = self.words("ui-do-single", finger=full_finger_words(self.station.catalogue, finger))
        self.progress(f"{words} · {self._compared(way.value)}")

    def _compared(self, way: str) -> str:
        return self.words(f"ui-compared-{way.replace('_', '-')}")

    def _question(self, card: WaitingCard, finger: str) -> str:
        """Return whose card it is, which finger will be asked, and whether a photo goes with it."""
        words = {"name": card.name, "nik": masked_nik(card.nik), "serial": card.serial, "finger": finger}
        photo = self.words("ui-photo-attached" if self._photo_of(card) else "ui-photo-none")
        check = self.words(f"ui-card-check-{self.services.handover.check.value}-do")
        return f"{self.words('ui-handover-question', **words)}\n\n{check}\n\n{photo}"

    def _photo_of(self, card: WaitingCard) -> bytes | None:
        return self._photo[1] if self._photo is not None and self._photo[0] == card.job_id else None

    def action_photo(self) -> None:
        """Take a photo of the event; it is kept only with the receipt of this card."""
        card = self._card()
        if card is None:
            return

        def taken(jpeg: bytes) -> None:
            self._photo = (card.job_id, jpeg)
            self.add_class("-picture")
            self.query_one(Picture).show_png(jpeg)
            self.notify(self.words("ui-photo-taken", name=card.name), timeout=4)

        self.begin(self.words("ui-key-event-photo"), self.services.handover.take_photo(self.actor), taken)

    def action_see_photo(self) -> None:
        """Show the photo of a card that was given; who looks is noted."""
        given = [receipt for receipt in self.services.handover.receipts(self._school_id) if receipt.photo]
        if not given:
            self.notify(self.words("handover-photo-none"), timeout=4)
            return

        def chosen(receipt_id: str | None) -> None:
            if receipt_id is not None:
                self.guarded(self._show_photo, receipt_id)

        options = [(receipt.receipt_id, receipt.name) for receipt in given]
        self.station.push_screen(Choose(self.words("ui-key-see-photo"), options), chosen)

    def _show_photo(self, receipt_id: str) -> None:
        self.add_class("-picture")
        self.query_one(Picture).show_png(self.services.handover.open_photo(self.actor, receipt_id))

    def action_withdraw(self) -> None:
        """Take back a card that proved bad before it was given: cause, second person, a new job."""
        card = self._card()
        if card is not None:
            self.begin_flow(self._withdraw(card))

    async def _withdraw(self, card: WaitingCard) -> None:
        causes = [(cause.value, self.words(f"ui-spoil-{cause.value.replace('_', '-')}")) for cause in SpoilCause]
        cause = await self.station.push_screen_wait(Choose(self.words("ui-withdraw-title", name=card.name), causes))
        if cause is None:
            return
        second = await self.station.push_screen_wait(Credentials(self.words("ui-withdraw-confirm", name=card.name)))
        if second is not None:
            await self.services.production.withdraw(self.actor, second, card.job_id, SpoilCause(cause))
            self._draw()
            self.notify(f"✓ {self.words('ui-withdrawn')}", timeout=4)

    async def _by_finger(self, card: WaitingCard) -> ReceiptRow:
        await self._call(card)
        handover, photo = self.services.handover, self._photo_of(card)
        return await handover.by_finger(self.actor, card.job_id, None, self._take_frame, photo, self._finger_asked)

    async def _by_signature(self, card: WaitingCard, reason: str) -> ReceiptRow:
        await self._call(card)
        photo = self._photo_of(card)
        return await self.services.handover.by_signature(self.actor, card.job_id, reason, None, photo)

    async def _call(self, card: WaitingCard) -> None:
        """Call the holder by the board, where there is one; a board that fails stops nothing."""
        if self.services.kit.has("display"):
            with suppress(StationError):
                await self.services.kit.display().call(1, card.name)

    def action_by_signature(self) -> None:
        """Give the card against a signature, with the reason why no finger serves."""
        card = self._card()
        if card is None:
            return
        fields = (Field("reason", self.words("ui-reason")),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                work = self._by_signature(card, answers["reason"])
                reads = self.services.handover.check.value != "none"
                self.begin(self.words("ui-do-lay-card-sign" if reads else "ui-do-signature"), work, self._given)

        self.station.push_screen(Form(self.words("ui-key-by-signature"), fields), named)

    def _given(self, receipt: ReceiptRow) -> None:
        self.query_one(Picture).show_nothing("")
        self.remove_class("-picture")
        self._photo = self._frame = None
        text = self.words("ui-card-given", name=receipt.name, serial=receipt.serial)
        text += f"\n{self._compared(receipt.way).capitalize()}."
        if receipt.photo:
            text += f"\n{self.words('ui-photo-kept', name=receipt.photo)}"
        self.station.push_screen(Notice("ui-card-given-title", text, good=True))
        self._draw()

    def action_refuse_proxy(self) -> None:
        """Note that somebody else came; the card stays here."""
        card = self._card()
        if card is None:
            return
        fields = (Field("who", self.words("ui-who-came")),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.guarded(self.services.handover.refuse_proxy, self.actor, card.job_id, answers["who"])
                self.notify(self.words("ui-proxy-refused"), timeout=4)

        self.station.push_screen(Form(self.words("ui-key-refuse-proxy"), fields), named)

    def action_inspect(self) -> None:
        """Note that the card was looked at and put into its envelope."""
        card = self._card()
        if card is not None:
            self.guarded(self.services.handover.inspect, self.actor, card.job_id)
            self._draw()

    def action_carry(self) -> None:
        """Take every card of this list along to a school."""
        cards = self.services.handover.cards(self._school_id)
        unseen = sum(card.place.name == "CUSTODY" for card in cards)
        title = self.words("ui-carry-title", count=len(cards), unseen=unseen)
        fields = (Field("to", self.words("ui-destination"), default=self._school_name),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                jobs = [card.job_id for card in cards]
                self.guarded(self.services.handover.carry, self.actor, jobs, answers["to"])
                self._draw()

        self.station.push_screen(Form(title, fields), named)

    def action_bring_back(self) -> None:
        """Put a card nobody collected back into custody."""
        card = self._card()
        if card is None:
            return
        fields = (Field("reason", self.words("ui-reason")),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.guarded(self.services.handover.bring_back, self.actor, [card.job_id], answers["reason"])
                self._draw()

        self.station.push_screen(Form(self.words("ui-key-card-back"), fields), named)

    def action_school(self) -> None:
        """Show one school's cards, or all."""
        schools = {school.school_id: school.name for school in self.services.rosters.schools()}

        def chosen(school_id: str | None) -> None:
            if school_id is not None:
                self._school_id = None if school_id == "all" else school_id
                self._school_name = schools.get(school_id, "")
                self._draw()

        options = [("all", self.words("ui-all-schools")), *schools.items()]
        self.station.push_screen(Choose(self.words("ui-choose-school"), options), chosen)
