"""`station office`: the office server, its kits, its backup, and kits' media."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.commands.office_accounts import add_account
from station.cli.commands.office_staff import add_staff
from station.cli.context import put
from station.domain.errors import NotFound
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.office.context import Office

_SOMETHING_REFUSED = 1


def add_office(command: Adder) -> None:
    """Say the arguments."""
    serve = command.child("serve")
    serve.runs(_serve, as_json=False)
    place(serve)
    serve.takes("--host", default="127.0.0.1")
    serve.takes("--port", type=int, default=8443)
    serve.takes("--centre", default="", metavar="URL")
    code = command.child("code")
    code.runs(_code)
    place(code)
    code.takes("--kit", required=True)
    _add_care(command)
    add_account(command.child("account"), place, office_at)
    add_staff(command.child("staff"), place, office_at)


def place(command: Adder) -> None:
    """Say the arguments that name an office: its folder, and where its database and packets are."""
    command.takes("--data", type=Path, default=Path("office"))
    command.takes("--database", default=None, metavar="URL")
    command.takes("--storage", default=None, metavar="URL")


@contextmanager
def office_at(arguments: argparse.Namespace, new: bool = False) -> Iterator[Office]:
    """Open an office beside its running server; raises NotFound where there is none, unless `new` ones are made."""
    from station.office.serve import ServeOptions, open_office

    if not new and not (arguments.data / "keys").is_dir():
        raise NotFound("cli-office-none", path=str(arguments.data))
    options = ServeOptions(arguments.data, database_url=arguments.database, storage_url=arguments.storage)
    office = open_office(options, serving=False)
    try:
        yield office
    finally:
        office.close()


def _add_care(command: Adder) -> None:
    revoke = command.child("revoke")
    revoke.runs(_revoke)
    place(revoke)
    revoke.takes("--kit", required=True)
    revoke.takes("--reason", required=True)
    release = command.child("release")
    release.runs(_release)
    place(release)
    release.takes("--kit", required=True)
    backup = command.child("backup")
    backup.runs(_backup)
    place(backup)
    backup.takes("--to", type=Path, required=True)
    restore = command.child("restore")
    restore.runs(_restore)
    restore.takes("folder", type=Path)
    restore.takes("--into", type=Path, required=True)
    medium = command.child("medium")
    medium.runs(_medium)
    place(medium)
    medium.takes("folder", type=Path)
    school = command.child("school-list")
    school.runs(_school_list)
    place(school)
    school.takes("file", type=Path)
    school.takes("--school", required=True)
    school.takes("--kit", action="append", required=True)
    school.takes("--yes", action="store_true")
    export = command.child("export-nist")
    export.runs(_export_nist)
    place(export)
    export.takes("packet")
    export.takes("--write", type=Path, required=True, metavar="FILE")
    export.takes("--reason", required=True)


def _serve(arguments: argparse.Namespace, _catalogue: Catalogue) -> int:
    from station.office.serve import serve

    serve(arguments.data, arguments.host, arguments.port, arguments.centre, arguments.database, arguments.storage)
    return 0


def _code(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.kits import new_code

    with office_at(arguments, new=True) as office:
        code = new_code(office, arguments.kit)
    words = catalogue.text("cli-office-code-made", kit=arguments.kit, code=code)
    put(arguments, {"kit": arguments.kit, "code": code}, words)
    return 0


def _revoke(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.kits import REVOKED, revoke

    with office_at(arguments) as office:
        revoke(office, arguments.kit, arguments.reason)
    words = catalogue.text("cli-office-revoked", kit=arguments.kit, reason=arguments.reason)
    put(arguments, {"kit": arguments.kit, "state": REVOKED}, words)
    return 0


def _release(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.kits import PAIRED, release

    with office_at(arguments) as office:
        release(office, arguments.kit)
    put(arguments, {"kit": arguments.kit, "state": PAIRED}, catalogue.text("cli-office-released", kit=arguments.kit))
    return 0


def _backup(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.backup import make_backup

    with office_at(arguments) as office:
        files = make_backup(office, arguments.to)
    words = catalogue.text("cli-office-backed-up", path=str(arguments.to), files=files)
    put(arguments, {"path": arguments.to, "files": files}, words)
    return 0


def _restore(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.backup import restore_backup

    files = restore_backup(arguments.folder, arguments.into)
    words = catalogue.text("cli-office-restored", path=str(arguments.into), files=files)
    put(arguments, {"path": arguments.into, "files": files}, words)
    return 0


def _medium(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.medium import take_medium

    with office_at(arguments) as office:
        taken = take_medium(office, arguments.folder)
    lines = [
        catalogue.text(
            "cli-office-medium-taken", packets=taken.packets, batches=taken.batches, refused=len(taken.refused)
        ),
        *(f"  [X] {name}: {catalogue.text(reason)}" for name, reason in taken.refused),
    ]
    put(arguments, taken, "\n".join(lines))
    return _SOMETHING_REFUSED if taken.refused else 0


def _export_nist(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.transactions import export_transaction

    with office_at(arguments) as office:
        done = export_transaction(office, arguments.packet, arguments.write, arguments.reason)
    kinds = ", ".join(str(kind) for kind in done.records)
    words = catalogue.text("cli-office-exported", path=str(done.path), size=done.size, records=kinds)
    put(arguments, done, words)
    return 0


def _school_list(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Tell every doubt of the workbook; with `--yes` send its good rows to the kits."""
    from station.office.school_lists import preview_list, send_list

    with office_at(arguments) as office:
        found = preview_list(office, arguments.file, arguments.school)
        lines = [
            f"  [{'X' if problem.refuses else '!'}] {problem.sheet} {problem.column}{problem.row}: "
            + catalogue.text(problem.message_id, **problem.params)
            for problem in found.problems
        ]
        if not arguments.yes:
            lines.append(catalogue.text("cli-school-list-found", good=len(found.rows), rejected=len(found.rejected)))
            put(arguments, {"good": len(found.rows), "rejected": len(found.rejected)}, "\n".join(lines))
            return _SOMETHING_REFUSED if found.rejected else 0
        sent = send_list(office, found, tuple(arguments.kit))
    words = catalogue.text("cli-school-list-sent", school=sent.school, students=sent.students, kits=len(sent.kits))
    put(arguments, sent, "\n".join([*lines, words]))
    return 0
