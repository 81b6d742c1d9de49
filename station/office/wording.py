"""Says in words what the office's tables hold as codes: statuses, places of blanks, conflicts, moments."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from station.messages.catalogue import Catalogue
from station.office.overview import ConflictLine


class Wording:
    """Words of one language in one time zone; a code that is not known is shown as it came."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone

    def status(self, code: str) -> str:
        """Return what a status means."""
        return self._known(f"office-status-{code.lower().replace('_', '-')}", code)

    def next_step(self, code: str) -> str:
        """Return what is to be done about a status, or nothing."""
        return self._known(f"office-next-{code.lower().replace('_', '-')}", "")

    def place(self, account: str) -> str:
        """Return where an account of the blank book is."""
        kind, _colon, name = account.partition(":")
        words = self._known(f"office-place-{kind.replace('_', '-')}", kind)
        if kind == "transfer":
            return f"{words} {name.replace('>', ' → ')}"
        if kind == "spoiled" and name:
            return f"{words} {self.place(name)}"
        return name if name.casefold().startswith(words.casefold()) else f"{words} {name}".strip()

    def conflict(self, line: ConflictLine) -> str:
        """Return what a conflict is about."""
        try:
            detail = json.loads(line.detail)
            if line.kind == "serial-twice":
                uses = ", ".join(str(use).replace(":", " no. ") for use in detail.get("uses", []))
                return self._catalogue.text("office-conflict-serial-detail", serial=detail["serial"], uses=uses)
            if line.kind == "negative-stock":
                place = self.place(str(detail["account"]))
                return self._catalogue.text("office-conflict-stock-detail", place=place, balance=detail["balance"])
        except (ValueError, KeyError, AttributeError):
            return line.detail
        return line.detail

    def moment(self, at: datetime) -> str:
        """Return a moment as people write it here: 23-11-2026 09.47."""
        return f"{at.astimezone(self._zone):%d-%m-%Y %H.%M}"

    def moment_of(self, text: str) -> str:
        """Return a stored moment in the same way."""
        return self.moment(datetime.fromisoformat(text)) if text else ""

    def _known(self, message_id: str, otherwise: str) -> str:
        return self._catalogue.text(message_id) if self._catalogue.has(message_id) else otherwise
