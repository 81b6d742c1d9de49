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
from station.roster.preview import PreviewBuilder, RosterPreview
from station.store.rosters import folded
from station.workbooks.reading import read_sheets

LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ListSent:
    """What went out: the school, how many students, rows left out, and the kits that were told."""

    school: str
    students: int
    rejected: int
    kits: tuple[str, ...]


def preview_list(office: Office, path: Path, school: str) -> RosterPreview:
    """Read a workbook and tell every doubt; raises BadInput when there is no student list in it."""
    name = " ".join(school.split())
    if not name:
        raise BadInput("roster-school-missing")
    builder = PreviewBuilder(name, local_date(office.clock.now(), office.zone), {})
    for sheet in read_sheets(path):
        builder.add_sheet(sheet)
    found = builder.result(path)
    if not found.rows:
        raise BadInput("roster-no-heading", file=path.name)
    if len(found.rows) > MOST_STUDENTS:
        raise BadInput("office-list-too-long", count=len(found.rows), most=MOST_STUDENTS)
    return found


def send_list(office: Office, preview: RosterPreview, kit_ids: tuple[str, ...]) -> ListSent:
    """Put the good rows into the feeds of the kits named; a kit that has this very list is passed over.

    Raises NotAllowed for a kit that is unknown or revoked; then none is told.
    """
    content = list_content(preview.school, preview.rows)
    subject = f"{KIND}:{hashlib.sha256(folded(preview.school).encode()).hexdigest()[:32]}"
    told = []
    with office.database.write() as connection:
        for kit_id in kit_ids:
            recipient = find_kit(connection, kit_id).sealing_recipient
            if send_letter(office, connection, KIND, subject, kit_id, recipient, content, life=LIFE, renews=False):
                told.append(kit_id)
    return ListSent(preview.school, len(preview.rows), len(preview.rejected), tuple(told))
