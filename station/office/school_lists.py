"""Sends a school's list, read from its workbook here, to the kits that will go there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from station.domain.clock import local_date
from station.domain.errors import BadInput
from station.office.context import Office
from station.office.kits import find_kit
from station.office.letters import send_letter
from station.roster.office_lists import KIND, MOST_STUDENTS, list_content
from station.roster.preview import RosterPreview, preview_workbook
from station.store.rosters import folded

LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ListSent:
    """What went out: the school, how many students, rows left out, and the kits that were told."""

    school: str
    students: int
    rejected: int
    kits: tuple[str, ...]


def preview_list(office: Office, path: Path, school: str) -> RosterPreview:
    """Read a workbook and tell every doubt; raises BadInput when there is no student list in it, or too long a one."""
    found = preview_workbook(path, school, local_date(office.clock.now(), office.zone), {})
    if len(found.rows) > MOST_STUDENTS:
        raise BadInput("office-list-too-long", count=len(found.rows), most=MOST_STUDENTS)
    return found


def send_list(office: Office, preview: RosterPreview, kit_ids: tuple[str, ...]) -> ListSent:
    """Put the good rows into the feeds of the kits named; a kit that has this very list is passed over.

    Raises NotAllowed for a kit that is unknown or revoked, BadInput without a good row; then none is told.
    """
    if not preview.rows:
        raise BadInput("office-list-without-rows", file=preview.path.name)
    content = list_content(preview.school, preview.rows)
    subject = f"{KIND}:{hashlib.sha256(folded(preview.school).encode()).hexdigest()[:32]}"
    told = []
    with office.database.write() as connection:
        for kit_id in kit_ids:
            recipient = find_kit(connection, kit_id).sealing_recipient
            if send_letter(office, connection, KIND, subject, kit_id, recipient, content, life=LIFE, renews=False):
                told.append(kit_id)
    return ListSent(preview.school, len(preview.rows), len(preview.rejected), tuple(told))
