"""`station ledger`: the blank book from the command line."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from station.cli.adder import Adder
from station.cli.context import opened, put, second_person, sign_in
from station.domain.errors import BadInput, NotAllowed
from station.domain.staff import Actor
from station.messages.catalogue import Catalogue


def add_ledger(command: Adder) -> None:
    """Say the arguments."""
    receive = command.child("receive")
    receive.runs(_receive)
    receive.takes("--document", required=True)
    receive.takes("--date", type=date.fromisoformat, required=True)
    receive.takes("--giver", required=True, metavar="pusat:NAMA|provinsi:NAMA|kabkota:NAMA")
    receive.takes("--paper", type=int, required=True)
    receive.takes("--quantity", type=int, required=True)
    receive.takes("--grant", default="")
    receive.takes("--serials", type=Path, default=None)
    issue = command.child("issue")
    issue.runs(_issue)
    issue.takes("--quantity", type=int, required=True)
    issue.takes("--room", default=None)
    back = command.child("return")
    back.runs(_return)
    back.takes("--quantity", type=int, required=True)
    back.takes("--spoiled", type=int, default=0)
    back.takes("--room", default=None)
    count = command.child("count")
    count.runs(_count)
    count.takes("--quantity", type=int, required=True)
    count.takes("--place", default="store")
    confirm = command.child("confirm-day")
    confirm.runs(_confirm_day)
    for child in (receive, issue, back, count, confirm):
        child.takes("--login", default=None)
    for child in (issue, back, confirm):
        child.takes("--second", required=True)
    report = command.child("report")
    report.runs(_report)
    report.takes("--month", required=True, type=_month)
    report.takes("--out", type=Path, default=None)
    command.child("balance").runs(_balance)
    command.child("verify").runs(_verify)


def _month(text: str) -> tuple[int, int]:
    year, _mark, month = text.partition("-")
    value = date(int(year), int(month), 1)
    return value.year, value.month


def _receive(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.ledger.accounts import Party, PartyKind
    from station.ledger.posting import Document

    kind, _mark, name = arguments.giver.partition(":")
    if kind not in {party.value for party in PartyKind} or not name:
        raise BadInput("cli-giver-wrong", giver=arguments.giver)
    serials = arguments.serials.read_text(encoding="utf-8").split() if arguments.serials else []
    grant = Document(arguments.grant, arguments.date) if arguments.grant else None
    with opened(arguments, catalogue) as services:
        entry = services.blanks.receive(
            sign_in(services, arguments, catalogue),
            Document(arguments.document, arguments.date),
            Party(PartyKind(kind), name),
            arguments.paper,
            arguments.quantity,
            grant,
            serials,
        )
        put(arguments, entry, catalogue.text("cli-booked", seq=entry.seq, quantity=entry.quantity))
    return 0


def _issue(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        receiver = _receiver(second_person(services, arguments.second, catalogue))
        if arguments.room is None:
            entry = services.blanks.issue_to_division(actor, receiver, arguments.quantity)
        else:
            entry = services.blanks.issue_to_room(actor, receiver, arguments.room, arguments.quantity)
        put(arguments, entry, catalogue.text("cli-booked", seq=entry.seq, quantity=entry.quantity))
    return 0


def _return(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        receiver = _receiver(second_person(services, arguments.second, catalogue))
        good, spoiled = arguments.quantity, arguments.spoiled
        if arguments.room is None:
            entries = services.blanks.return_to_store(actor, receiver, good, spoiled)
        else:
            entries = services.blanks.return_from_room(actor, receiver, arguments.room, good, spoiled)
        lines = [catalogue.text("cli-booked", seq=entry.seq, quantity=entry.quantity) for entry in entries]
        put(arguments, entries, "\n".join(lines))
    return 0


def _receiver(actor: Actor | None) -> Actor:
    if actor is None:
        raise NotAllowed("cli-receiver-needed")
    return actor


def _count(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        entry = services.blanks.count(actor, arguments.quantity, arguments.place)
        booked = services.blanks.balance(arguments.place)
        words = catalogue.text("cli-counted", counted=arguments.quantity, booked=booked)
        put(arguments, {"entry": entry, "booked": booked}, words)
        return 0 if booked == arguments.quantity else 1


def _confirm_day(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Confirm by two people that the clock is right although the book's newest day is long ago."""
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        second = _receiver(second_person(services, arguments.second, catalogue))
        entry = services.blanks.confirm_day(actor, second)
        put(arguments, entry, catalogue.text("cli-booked", seq=entry.seq, quantity=entry.quantity))
    return 0


def _report(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    year, month = arguments.month
    with opened(arguments, catalogue) as services:
        usage = services.blanks.usage_month(year, month)
        lines = ["  ".join(f"{value:>5}" for value in row.columns) for row in usage.rows]
        if arguments.out is not None:
            written = services.registers.write_usage_report(year, month, arguments.out)
            lines += [catalogue.text("cli-saved-to", path=str(path)) for path in written]
        put(arguments, usage, "\n".join(lines))
    return 0


def _balance(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        balances = services.blanks.balances()
        lines = [f"{account:<40} {catalogue.number(quantity):>8}" for account, quantity in sorted(balances.items())]
        put(arguments, balances, "\n".join(lines))
    return 0


def _verify(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        report = services.blanks.verify()
        lines = [catalogue.text("cli-ledger-whole" if report.whole else "cli-ledger-broken")]
        lines += [catalogue.text(problem.message_id, **problem.params) for problem in report.problems]
        put(arguments, report, "\n".join(lines))
        return 0 if report.whole else 5
