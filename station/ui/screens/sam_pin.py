"""Unlocking the security module by its PIN, on every screen of the print room that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.ui.dialogs.form import Field, FieldKind, Form
from station.ui.screens.base import StationScreen

if TYPE_CHECKING:
    from station.print.chip.profile import SamReport


class SamPinScreen(StationScreen):
    """A screen with the key that unlocks the module; a wrong PIN costs a try and is never repeated."""

    def action_activate(self) -> None:
        """Ask for the PIN and unlock the module."""
        fields = (Field("pin", self.words("ui-pin"), FieldKind.SECRET),)

        def given(answers: dict[str, str] | None) -> None:
            if answers is not None:
                work = self.services.production.activate_sam(self.actor, answers["pin"])
                self.begin(self.words("ui-activating"), work, self._activated)

        self.station.push_screen(Form(self.words("ui-key-activate-sam"), fields), given)

    def _activated(self, _report: SamReport) -> None:
        self.notify(f"✓ {self.words('ui-sam-activated')}", timeout=3)
        self.sam_activated()

    def sam_activated(self) -> None:
        """Go on with what waited for the module."""
