"""Outbox and sync: what waits, what stepped aside and why, the last contact, send now by either link."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.notice import Notice
from station.ui.locale import feed_words, moment_words, size_words, span_words
from station.ui.screens.base import StationScreen
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.sync.report import SyncReport, SyncStatus, WaitingItem


class SyncScreen(StationScreen):
    """Sending never holds up another screen; Esc stops it, what the office has stays there."""

    title_id = "ui-place-sync"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "send('lan')", "ui-key-send-lan"),
        Binding("m", "send('m2m')", "ui-key-send-m2m"),
        Binding("s", "statuses", "ui-key-statuses"),
        Binding("c", "retry", "ui-key-retry"),
        Binding("p", "pause", "ui-key-pause"),
        Binding("d", "pair", "ui-key-pair"),
    ]

    def body(self) -> ComposeResult:
        """Lay out the facts and the queue."""
        yield Facts(id="sync-facts")
        yield Rows([self.words(f"ui-queue-{name}") for name in ("state", "what", "size", "tries", "since", "reason")])

    def load(self) -> None:
        """Read how sync stands."""
        self._draw()
        self.query_one(Rows).focus()
        self.set_interval(3, self._draw)

    def _draw(self) -> None:
        status = self.services.sync.status()
        self.query_one("#sync-facts", Facts).show(self._facts(status), label_width=18)
        rows = [self._row(item, aside=True) for item in status.set_aside]
        rows += [self._row(item, aside=False) for item in status.waiting]
        self.query_one(Rows).fill(rows)

    def _facts(self, status: SyncStatus) -> list[Fact]:
        catalogue, now = self.station.catalogue, self.services.clock.now()
        paired = self.words("ui-sync-paired", kit=status.kit_id) if status.paired else self.words("ui-sync-not-paired")
        contact = status.last_contact_at
        facts = [
            Fact(self.words("ui-sync-office"), paired, Mark.GOOD if status.paired else Mark.BAD),
            Fact(
                self.words("ui-sync-contact"),
                self.words("ui-never") if contact is None else span_words(catalogue, now - contact),
            ),
            Fact(
                self.words("ui-sync-waiting"),
                self.words(
                    "ui-sync-amount",
                    count=len(status.waiting),
                    size=size_words(catalogue, status.waiting_bytes),
                    minutes=max(1, round(status.estimate_s / 60)) if status.estimate_s else 0,
                ),
                Mark.GOOD if not status.waiting else Mark.WAIT,
            ),
            Fact(
                self.words("ui-sync-metered"),
                f"{size_words(catalogue, status.metered_bytes_today)} / "
                f"{size_words(catalogue, status.metered_budget_bytes)}",
            ),
        ]
        if status.paused:
            facts.append(Fact(self.words("ui-sync-state"), self.words("ui-sync-paused"), Mark.WARN))
        facts += [Fact("", self.words(one.message_id, **one.params), Mark.WARN) for one in status.warnings]
        return facts

    def _row(self, item: WaitingItem, aside: bool) -> Row:
        state = f"! {self.words('ui-queue-aside')}" if aside else f"○ {self.words('ui-queue-waiting')}"
        what = self.words(f"ui-item-{item.kind}") if item.kind == "packet" else self.words(f"ui-topic-{item.topic}")
        since = moment_words(item.created_at, self.services.config.time_zone)
        reason = self.words(item.reason) if item.reason else ""
        size = size_words(self.station.catalogue, item.size)
        return Row(item.item_id, (state, what, size, str(item.tries), since, reason))

    def action_send(self, link: str) -> None:
        """Sync now over the office network or the modem."""
        self._send(link, within_budget=True)

    def _send(self, link: str, within_budget: bool) -> None:
        self.services.sync.resume()
        run = self.services.sync.run_once(link, within_budget)
        self.begin(self.words(f"ui-sending-{link}"), run, self._sent)

    def _sent(self, report: SyncReport) -> None:
        spent = [one for one in report.problems if one.message_id == "sync-budget-spent"]
        if spent:
            text = f"{self.words('sync-budget-spent', **spent[0].params)}\n\n{self.words('ui-budget-question')}"
            self.station.push_screen(Confirm(self.words("ui-budget-title"), text), self._over_budget)
            self._draw()
            return
        self._tell(report)

    def _over_budget(self, wanted: bool | None) -> None:
        if wanted:
            self._send("m2m", within_budget=False)

    def _tell(self, report: SyncReport) -> None:
        catalogue = self.station.catalogue
        text = self.words(
            "ui-sync-report",
            packets=report.packets_sent,
            events=report.events_sent,
            ledger=report.ledger_entries,
            feed=feed_words(catalogue, report.feed) or self.words("ui-feed-nothing"),
            size=size_words(catalogue, report.bytes_on_wire),
            seconds=catalogue.number(report.seconds, 1),
        )
        problems = [f"! {self.words(one.message_id, **one.params)}" for one in report.problems]
        if (report.packets_sent or report.events_sent) and "siak_extract" not in report.feed and not problems:
            text = f"{text}\n{self.words('ui-sync-answers-later')}"
        title = "ui-sync-done-problems" if problems else "ui-sync-done"
        self.station.push_screen(Notice(title, "\n".join([text, *problems]), good=not problems))
        self._draw()

    def cancelled(self) -> None:
        """Stop the sending itself too; it ends behind the piece being written now."""
        self.services.sync.pause()
        super().cancelled()
        self._draw()

    def action_pause(self) -> None:
        """Stop sending for now, or allow it again."""
        if self.services.sync.status().paused:
            exchange = self.services.sync_loop
            if exchange is None:
                self.services.sync.resume()
            else:
                exchange.send_now()
        else:
            self.services.sync.pause()
        self._draw()

    def action_statuses(self) -> None:
        """Show what became of each recording."""
        from station.ui.screens.record_status import RecordStatusScreen

        self.station.push_screen(RecordStatusScreen())

    def action_retry(self) -> None:
        """Put what stepped aside back in the queue."""
        chosen = self.query_one(Rows).chosen()
        if chosen:
            self.guarded(self.services.sync.retry, chosen)
        self.guarded(self.services.sync.retry_inbox)
        self._draw()

    def action_pair(self) -> None:
        """Enrol this kit at an office with its one-time code."""
        code = self.services.config.office.pairing_code
        fields = (Field("code", self.words("ui-pairing-code"), default=code),)
        self.station.push_screen(Form(self.words("ui-key-pair"), fields), self._pair)

    def _pair(self, answers: dict[str, str] | None) -> None:
        if answers is not None:
            self.begin(self.words("ui-pairing"), self.services.sync.pair(answers["code"]), self._paired)

    def _paired(self, _kit_id: str) -> None:
        exchange = self.services.sync_loop
        if exchange is not None:
            exchange.link_is_up()
        self._draw()
