"""What all screens share: the frame, work that can be cancelled, errors in words, questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, ParamSpec, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from station.domain.errors import NotAllowed, StationError
from station.domain.staff import Actor, Role
from station.ui.access import Station, station_app
from station.ui.dialogs.notice import Notice
from station.ui.services import Services
from station.ui.widgets.bars import KeyBar, StatusBar, TitleBar
from station.ui.widgets.work_line import WorkLine

T = TypeVar("T")
P = ParamSpec("P")
_WORK, _FLOW = "work", "flow"


@dataclass
class WorkDone(Message):
    """Work of this screen ended well; `then` takes its result."""

    then: Callable[[Any], object]
    result: Any


@dataclass
class WorkFailed(Message):
    """Work of this screen ended with an error that has words."""

    error: StationError


class StationScreen(Screen[None]):
    """A screen with title, state line and keys; subclasses fill `body`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares it for the instance
    title_id: ClassVar[str] = ""
    shows_devices: ClassVar[bool] = False
    """Whether the devices are asked every two seconds while this screen is on top."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "ui-key-back")]
    _quiet = False
    """Whether work was stopped by a decision, of which nothing need be said."""

    @property
    def station(self) -> Station:
        """Return the app."""
        return station_app(self)

    @property
    def services(self) -> Services:
        """Return what may be called."""
        return self.station.services

    @property
    def actor(self) -> Actor:
        """Return who is signed in; raises NotAllowed when nobody is."""
        if self.station.actor is None:
            raise NotAllowed("ui-sign-in-first")
        return self.station.actor

    def words(self, message_id: str, **params: object) -> str:
        """Return a message of the catalogue."""
        return self.station.words(message_id, **params)

    def compose(self) -> ComposeResult:
        """Lay out the frame around the body."""
        yield TitleBar(f" STATION · {self.words(self.title_id)}")
        with Vertical(id="body"):
            yield from self.body()
        yield WorkLine()
        yield StatusBar(id="status-bar", markup=False)
        yield KeyBar(id="key-bar", markup=False)

    def body(self) -> ComposeResult:
        """Yield the widgets of the screen itself."""
        yield from ()

    def on_mount(self) -> None:
        """Show the state line and load what the screen shows."""
        self.refresh_status()
        self.guarded(self.load)

    def on_screen_resume(self) -> None:
        """Come back from another screen or dialog with fresh state."""
        if self.is_mounted:
            self.refresh_status()
        if self.shows_devices:
            self.station.watch_devices()

    def load(self) -> None:
        """Read what the screen shows; called at first show and after each change."""

    def refresh_status(self) -> None:
        """Read the state of the station anew into the line above the keys."""
        self.show_overview()
        if self.station.actor is not None:
            self.station.refresh_overview()

    def show_overview(self) -> None:
        """Show the state read last."""
        for bar in self.query(StatusBar):
            bar.show(self.station.overview)

    # Work that takes time ------------------------------------------------------------

    def begin(self, words: str, work: Coroutine[Any, Any, T], then: Callable[[T], object]) -> None:
        """Start the one long piece of work of this screen; `then` receives the result; Esc cancels it."""
        self.query_one(WorkLine).begin(words)
        self.run_worker(self._work(work, then), name=words, group=_WORK, exclusive=True, exit_on_error=False)
        self.refresh_bindings()

    def begin_in_thread(
        self, words: str, then: Callable[[T], object], call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Start blocking work on a thread; its result is taken back on the screen."""
        self.begin(words, asyncio.to_thread(call, *args, **kwargs), then)

    def begin_flow(self, flow: Coroutine[Any, Any, None]) -> None:
        """Start a row of questions that ends in a step; errors are shown like those of work."""
        self.run_worker(self._flow(flow), group=_FLOW, exclusive=True, exit_on_error=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let no key act between two questions: what is typed too early must not be taken for a command."""
        if action != "leave" and any(worker.group == _FLOW and worker.is_running for worker in self.workers):
            return False
        return super().check_action(action, parameters)

    async def _flow(self, flow: Coroutine[Any, Any, None]) -> None:
        try:
            await flow
        except StationError as error:
            self.failed(error)
        self.refresh_status()
        self.call_later(self.refresh_bindings)

    async def _work(self, work: Awaitable[T], then: Callable[[T], object]) -> None:
        try:
            result = await work
        except StationError as error:
            self.post_message(WorkFailed(error))
        else:
            self.post_message(WorkDone(then, result))

    @property
    def working(self) -> bool:
        """Tell whether long work is running."""
        return any(worker.group == _WORK and worker.is_running and worker.node is self for worker in self.workers)

    def stop_work(self) -> None:
        """Cancel the running work without a word: a person has decided something else."""
        self._quiet = self.working
        self.workers.cancel_group(self, _WORK)

    def progress(self, words: str, share: float | None = None) -> None:
        """Say how far the running work is."""
        self.query_one(WorkLine).progress(words, share)

    @on(WorkDone)
    def _work_done(self, event: WorkDone) -> None:
        event.stop()
        self.guarded(event.then, event.result)
        self.refresh_status()

    @on(WorkFailed)
    def _work_failed(self, event: WorkFailed) -> None:
        event.stop()
        self.failed(event.error)

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        if event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        if event.worker.group == _WORK and not self.working:
            self.query_one(WorkLine).end()
            self.refresh_bindings()
        if event.state is WorkerState.CANCELLED and event.worker.group == _WORK and not self.working:
            self.cancelled()
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.station.push_screen(Notice("ui-unexpected", self.words("ui-unexpected-text", kind=_kind(event))))

    def cancelled(self) -> None:
        """Say that the running work was stopped, unless a person's decision stopped it."""
        quiet, self._quiet = self._quiet, False
        if not quiet:
            self.notify(self.words("ui-work-cancelled"), timeout=3)

    def failed(self, error: StationError) -> None:
        """Show what happened and what to do."""
        self.station.push_screen(Notice("ui-problem", self.station.catalogue.error(self._with_role_words(error))))

    def _with_role_words(self, error: StationError) -> StationError:
        """Return the error with the codes of roles among its parameters as words."""
        if not isinstance(error, NotAllowed):
            return error
        known = {role.value: self.words(f"ui-role-{role.value}") for role in Role}
        params = {
            name: ", ".join(known.get(part, part) for part in value.split(", ")) if isinstance(value, str) else value
            for name, value in error.params.items()
        }
        return NotAllowed(error.message_id, **params)

    def guarded(self, call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Call something quick; an error with words is shown, not raised. Return whether it went well."""
        try:
            call(*args, **kwargs)
        except StationError as error:
            self.failed(error)
            return False
        return True

    # Leaving -------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Cancel the running work, or go back."""
        if self.working:
            self.workers.cancel_group(self, _WORK)
            return
        self.leave()

    def leave(self) -> None:
        """Go back to the screen beneath."""
        if len(self.station.screen_stack) > 2:
            self.station.pop_screen()


def _kind(event: Worker.StateChanged) -> str:
    return type(event.worker.error).__name__
