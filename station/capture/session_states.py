"""States of a recording session: one enum, one table, one `advance`."""

from __future__ import annotations

from enum import Enum

from station.domain.errors import Refused


class SessionState(Enum):
    """Life of a session, in order."""

    OPENED = "dibuka"
    RUNNING = "berjalan"
    RECONCILED = "direkonsiliasi"
    BACKED_UP = "dicadangkan"
    CLOSED = "ditutup"


class SessionEvent(Enum):
    """What moves a session on; work on a student always leads back to running."""

    WORK = "work"
    RECONCILE = "reconcile"
    BACK_UP = "back_up"
    CLOSE = "close"
    CLOSE_BY_OVERRIDE = "close_by_override"


TRANSITIONS: dict[tuple[SessionState, SessionEvent], SessionState] = {
    (SessionState.OPENED, SessionEvent.WORK): SessionState.RUNNING,
    (SessionState.RUNNING, SessionEvent.WORK): SessionState.RUNNING,
    (SessionState.RECONCILED, SessionEvent.WORK): SessionState.RUNNING,
    (SessionState.BACKED_UP, SessionEvent.WORK): SessionState.RUNNING,
    (SessionState.OPENED, SessionEvent.RECONCILE): SessionState.RECONCILED,
    (SessionState.RUNNING, SessionEvent.RECONCILE): SessionState.RECONCILED,
    (SessionState.RECONCILED, SessionEvent.RECONCILE): SessionState.RECONCILED,
    (SessionState.BACKED_UP, SessionEvent.RECONCILE): SessionState.BACKED_UP,
    (SessionState.OPENED, SessionEvent.BACK_UP): SessionState.OPENED,
    (SessionState.RUNNING, SessionEvent.BACK_UP): SessionState.RUNNING,
    (SessionState.RECONCILED, SessionEvent.BACK_UP): SessionState.BACKED_UP,
    (SessionState.BACKED_UP, SessionEvent.BACK_UP): SessionState.BACKED_UP,
    (SessionState.CLOSED, SessionEvent.BACK_UP): SessionState.CLOSED,
    (SessionState.BACKED_UP, SessionEvent.CLOSE): SessionState.CLOSED,
    (SessionState.RECONCILED, SessionEvent.CLOSE_BY_OVERRIDE): SessionState.CLOSED,
    (SessionState.BACKED_UP, SessionEvent.CLOSE_BY_OVERRIDE): SessionState.CLOSED,
}


def advance(state: SessionState, event: SessionEvent) -> SessionState:
    """Return the state that follows; raises Refused with the state's name when the event has no place there."""
    follower = TRANSITIONS.get((state, event))
    if follower is None:
        raise Refused(f"session-cannot-{event.value.replace('_', '-')}", state=state.value)
    return follower
