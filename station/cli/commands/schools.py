"""`station import` and `station session`: school lists and recording sessions."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import opened, put, second_person, sign_in
from station.domain.errors import BadInput, NotAllowed
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.capture.sessions import CloseOverride, Session
    from station.roster.preview import RosterPreview


def add_import(command: Adder) -> None:
    """Say the arguments of `station import`."""
    command.runs(_import)
    command.takes("file", type=Path)
    command.takes("--school", required=True)
    command.takes("--yes", action="store_true")
    command.takes("--rejects", type=Path, default=None)
    command.takes("--login", default=None)


def add_session(command: Adder) -> None:
    """Say the arguments of `station session`."""
    command.child("list").runs(_list)
    opening = command.child("open")
    opening.runs(_open)
    opening.takes("--school", required=True)
    opening.takes("--date", type=date.fromisoformat, default=None)
    opening.takes("--login", default=None)
    reconcile = command.child("reconcile")
    reconcile.runs(_reconcile)
    reconcile.takes("session")
    reconcile.takes("--login", default=None)
    close = command.child("close")
    close.runs(_close)
    close.takes("session")
    close.takes("--login", default=None)
    close.takes("--second", default=None)
    close.takes("--reason", default="")


def _import(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        preview = services.roster_import.preview(arguments.file, arguments.school)
        if arguments.rejects is not None:
            services.roster_import.write_rejects(preview, arguments.rejects, catalogue)
        words = "\n".join(_preview_lines(preview, catalogue))
        if not arguments.yes:
            put(arguments, preview, f"{words}\n{catalogue.text('cli-needs-yes', good=len(preview.rows))}")
            return 1
        result = services.roster_import.commit(sign_in(services, arguments, catalogue), preview)
        put(
            arguments,
            result,
            f"{words}\n"
            + catalogue.text(
                "cli-imported",
                school=result.school.name,
                added=result.added,
                updated=result.updated,
                unchanged=result.unchanged,
                rejected=result.rejected,
            ),
        )
    return 0


def _preview_lines(preview: RosterPreview, catalogue: Catalogue) -> list[str]:
    lines = [
        catalogue.text("cli-preview-sheet", sheet=sheet.name, good=sheet.good, rejected=sheet.rejected)
        for sheet in preview.sheets
        if sheet.heading_row
    ]
    for problem in preview.problems:
        place = f"{problem.sheet} {problem.column}{problem.row}"
        mark = "X" if problem.refuses else "!"
        lines.append(f"  [{mark}] {place:<24} {catalogue.text(problem.message_id, **problem.params)}")
    return lines


def _list(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        sessions = services.sessions.list()
        put(arguments, sessions, "\n".join(_line(session, catalogue) for session in sessions))
    return 0


def _line(session: Session, catalogue: Catalogue) -> str:
    return f"{session.session_id}  {catalogue.short_date(session.day)}  {session.state.value:<16} {session.school_name}"


def _open(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        school = services.rosters.school_named(arguments.school)
        if school is None:
            raise BadInput("session-school-unknown", school=arguments.school)
        actor = sign_in(services, arguments, catalogue)
        session = services.sessions.open(actor, school.school_id, arguments.date, (actor.staff_id,))
        put(arguments, session, _line(session, catalogue))
    return 0


def _reconcile(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        found = services.sessions.reconcile(sign_in(services, arguments, catalogue), arguments.session)
        words = catalogue.text(
            "cli-reconciled",
            attended=found.attended,
            recorded=found.recorded,
            refused=found.refused,
            postponed=found.postponed,
        )
        put(arguments, found, words)
        return 0 if found.balanced else 1


def _close(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        override: CloseOverride | None = None
        if arguments.reason:
            from station.capture.sessions import CloseOverride as Override

            second = second_person(services, arguments.second, catalogue)
            if second is None:
                raise NotAllowed("cli-second-needed")
            override = Override(arguments.reason, second)
        session = services.sessions.close(actor, arguments.session, override)
        put(arguments, session, _line(session, catalogue))
    return 0
