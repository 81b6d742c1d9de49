"""What the home screen proposes: the next step of the person who is signed in, never that of somebody else. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.domain.staff import Actor, Role
from station.staff.permission import RECORDERS

if TYPE_CHECKING:
    from station.ledger.duties import NextStep
    from station.ui.overview import Overview

_AT_THE_KIT = (Role.FIELD_OPERATOR, Role.VERIFIER)
_KEEPERS = (Role.CUSTODIAN, Role.DIVISION_HEAD, Role.PRINT_OPERATOR)


@dataclass(frozen=True, slots=True)
class NextWork:
    """A room and what to do there; `message_id` is the end of the proposal."""

    place: str
    message_id: str


def next_work(overview: Overview, actor: Actor) -> NextWork:
    """Return the first thing that waits for one of this person's roles."""
    rules = (
        *_urgent(overview, actor),
        *_supervision(overview, actor),
        *(_recording(overview) if _is_any(actor, _AT_THE_KIT) else ()),
        *_print_and_blanks(overview, actor),
        *_administration(overview, actor),
        *(_recording(overview) if _is_any(actor, RECORDERS) else ()),
    )
    return rules[0] if rules else NextWork("devices", "ui-next-look-around")


def _urgent(overview: Overview, actor: Actor) -> Iterator[NextWork]:
    if overview.open_intents and actor.has(Role.PRINT_OPERATOR):
        yield NextWork("recovery", "ui-next-recover")


def _supervision(overview: Overview, actor: Actor) -> Iterator[NextWork]:
    """Look at what others recorded; who also records goes on recording first."""
    session = overview.session
    if actor.has(Role.SUPERVISOR) and not _is_any(actor, _AT_THE_KIT) and session is not None and session.recorded:
        yield NextWork("closing", "ui-next-review")


def _recording(overview: Overview) -> Iterator[NextWork]:
    session = overview.session
    if session is not None:
        reasons = {"RECONCILED": "back-up", "BACKED_UP": "close"}
        settled = session.attended > 0 and session.waiting == 0
        reason = reasons.get(session.state, "reconcile" if settled else "record")
        yield NextWork("session" if reason == "record" else "closing", f"ui-next-{reason}")
    elif not overview.schools:
        yield NextWork("roster", "ui-next-import")
    elif overview.waiting_to_send:
        yield NextWork("sync", "ui-next-send")
    else:
        yield NextWork("session", "ui-next-open-session")


def _print_and_blanks(overview: Overview, actor: Actor) -> Iterator[NextWork]:
    if overview.queued and overview.room and actor.has(Role.PRINT_OPERATOR):
        yield NextWork("queue", "ui-next-print")
    step: NextStep | None = overview.custody
    if step is not None and _is_any(actor, step.roles):
        yield NextWork("blanks", f"ui-next-custody-{step.step.value}")
    elif _is_any(actor, _KEEPERS):
        yield NextWork("blanks", "ui-next-blanks")


def _administration(overview: Overview, actor: Actor) -> Iterator[NextWork]:
    if not actor.has(Role.ADMINISTRATOR):
        return
    if overview.accounts < 2:
        yield NextWork("staff", "ui-next-add-staff")
    if overview.schools and not overview.paired and overview.session is None:
        yield NextWork("sync", "ui-next-pair")


def _is_any(actor: Actor, roles: tuple[Role, ...]) -> bool:
    return any(actor.has(role) for role in roles)
