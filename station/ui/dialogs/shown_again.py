"""Whoever is signed in shows once more that it is them, for a step others rely on: by finger, else by password."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from station.domain.staff import Actor
from station.ui.dialogs.finger import FingerDialog
from station.ui.dialogs.form import Field, FieldKind, Form

if TYPE_CHECKING:
    from station.ui.screens.base import StationScreen


async def shown_again(screen: StationScreen, reason: str) -> Actor | None:
    """Return the person signed in with the proof they gave now, None when they gave up; raises NotAllowed."""
    services, actor = screen.services, screen.actor
    if services.staff.fingers_of(actor.staff_id) and services.kit.has_staff_scanner():
        return await screen.station.push_screen_wait(FingerDialog(actor))
    fields = (Field("password", screen.words("ui-password"), FieldKind.SECRET),)
    answers = await screen.station.push_screen_wait(Form(screen.words("ui-shown-again"), fields, reason))
    if answers is None:
        return None
    return await asyncio.to_thread(services.staff.confirm, actor, answers["password"])
