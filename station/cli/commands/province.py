"""`station province`: files of the regencies in, shares out, approval, hand-over records."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import opened, put, second_person, sign_in
from station.domain.errors import BadInput, NotAllowed
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.registers.province import Gathered, ShareOut

_FORECAST_DAYS = 30


def add_province(command: Adder) -> None:
    """Say the arguments."""
    read = command.child("read")
    read.runs(_read)
    read.takes("files", nargs="+", type=Path)
    propose = command.child("propose")
    propose.runs(_propose)
    propose.takes("files", nargs="*", type=Path)
    propose.takes("--id", default=None)
    propose.takes("--quantity", type=int, required=True)
    propose.takes("--floor", type=int, default=0)
    propose.takes("--cap", type=int, default=500)
    propose.takes("--days", type=int, default=30)
    propose.takes("--figures", action="append", default=[], metavar="NAMA=PRR:SUKET")
    edit = command.child("edit")
    edit.runs(_edit)
    edit.takes("--regency", required=True)
    edit.takes("--quantity", type=int, required=True)
    approve = command.child("approve")
    approve.runs(_approve)
    approve.takes("--second", required=True)
    steps = command.child("steps")
    steps.runs(_steps)
    steps.takes("--done", type=int, nargs="*", default=[])
    write = command.child("write")
    write.runs(_write)
    write.takes("--document", default="")
    write.takes("--until", type=date.fromisoformat, default=None)
    write.takes("--out", type=Path, required=True)
    for child in (edit, approve, steps, write):
        child.takes("--id", required=True)
    for child in (propose, edit, steps):
        child.takes("--login", default=None)
    command.child("list").runs(_list)


def _read(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Read files without keeping anything; 1 when one of them cannot be used."""
    from station.registers.province import gather

    found = gather(arguments.files)
    words = [
        catalogue.text(
            "cli-province-month",
            name=month.name,
            month=month.month,
            stock=catalogue.number(month.closing),
            printed=catalogue.number(month.printed),
            average=catalogue.number(month.average_per_day, 2),
        )
        for month in found.months
    ]
    refused = _refused(found, catalogue)
    put(arguments, {"months": found.months, "refused": refused}, "\n".join([*words, *refused]))
    return 1 if refused else 0


def _refused(found: Gathered, catalogue: Catalogue) -> list[str]:
    return [f"! {catalogue.error(error)}" for error in found.refusals]


def _propose(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Begin a share-out from files, or share one that is there out anew; nothing is kept when a file is wrong."""
    from station.registers.province import gather

    figures = [_figures(text) for text in arguments.figures]
    found = gather(arguments.files)
    refused = _refused(found, catalogue)
    if refused:
        put(arguments, {"refused": refused}, "\n".join(refused))
        return 1
    with opened(arguments, catalogue) as services:
        actor, province = sign_in(services, arguments, catalogue), services.province
        with services.database.write():
            made = province.get(arguments.id) if arguments.id else province.start(actor, found.months)
            if arguments.id and found.months:
                made = province.add_months(actor, made.allocation_id, found.months)
            for name, print_ready, suket in figures:
                province.set_figures(actor, made.allocation_id, name, print_ready, suket)
            made = province.propose(
                actor, made.allocation_id, arguments.quantity, arguments.floor, arguments.cap, arguments.days
            )
        put(arguments, made, _lines(made, catalogue))
    return 0


def _figures(text: str) -> tuple[str, int, int]:
    name, _mark, numbers = text.partition("=")
    print_ready, _mark, suket = numbers.partition(":")
    if not name or not print_ready.isdigit() or not (suket or "0").isdigit():
        raise BadInput("cli-figures-wrong", text=text)
    return name, int(print_ready), int(suket or 0)


def _edit(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        made = services.province.edit(actor, arguments.id, arguments.regency, arguments.quantity)
        put(arguments, made, _lines(made, catalogue))
    return 0


def _approve(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        second = second_person(services, arguments.second, catalogue)
        if second is None:
            raise NotAllowed("cli-receiver-needed")
        made = services.province.approve(second, arguments.id)
        put(arguments, made, _lines(made, catalogue))
    return 0


def _steps(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Tick steps of the procedure, and show all 19 with their standard times."""
    from station.registers.allocation import LAST_STEP, standard_minutes

    with opened(arguments, catalogue) as services:
        done = services.province.steps(arguments.id)
        if arguments.done:
            done = services.province.tick(sign_in(services, arguments, catalogue), arguments.id, arguments.done)
        lines = [
            f"[{'x' if step in done else ' '}] {step:>2}. {catalogue.text(f'registers-sop-{step}')} "
            f"({standard_minutes(step, catalogue)})"
            for step in range(1, LAST_STEP + 1)
        ]
        put(arguments, done, "\n".join(lines))
    return 0


def _write(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        today = services.registers.head.made_at.date()
        until = arguments.until or today + timedelta(days=_FORECAST_DAYS)
        documents = services.province.documents(arguments.id, arguments.document, today, until)
        arguments.out.mkdir(parents=True, exist_ok=True)
        written = services.registers.write_all(documents, arguments.out)
        put(arguments, written, "\n".join(catalogue.text("cli-saved-to", path=str(path)) for path in written))
    return 0


def _list(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        found = services.province.share_outs()
        put(arguments, found, "\n\n".join(_lines(one, catalogue) for one in found))
    return 0


def _lines(made: ShareOut, catalogue: Catalogue) -> str:
    allocation = made.allocation
    state = catalogue.text(f"registers-allocation-{allocation.state.value}")
    head = catalogue.text(
        "cli-province-head", id=made.allocation_id, state=state, quantity=allocation.quantity, rest=allocation.rest
    )
    rows = [
        f"{share.need.name:<40} {catalogue.number(share.wanted):>8} {catalogue.number(share.pieces):>8}"
        for share in allocation.shares
    ]
    return "\n".join([head, *rows])
