"""`station sync`: send and receive now, by link or by USB medium; how sync stands."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import opened, put
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.bootstrap import StationServices
    from station.sync.report import SyncStatus

_MIB = 1024 * 1024


def add_sync(command: Adder) -> None:
    """Say the arguments."""
    command.runs(_sync)
    command.takes("--link", choices=["lan", "m2m"], default="lan")
    command.takes("--pair", default=None, metavar="CODE")
    command.takes("--export", type=Path, default=None, metavar="DIR")
    command.takes("--import", dest="import_from", type=Path, default=None, metavar="DIR")
    command.takes("--status", action="store_true")


def _sync(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    async def run() -> int:
        with opened(arguments, catalogue) as services:
            try:
                if arguments.status:
                    return _status(services, arguments, catalogue)
                if arguments.export is not None or arguments.import_from is not None:
                    return await _medium(services, arguments, catalogue)
                return await _link(services, arguments, catalogue)
            finally:
                await services.aclose()

    return asyncio.run(run())


def _status(services: StationServices, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    status = services.sync.status()
    put(arguments, status, "\n".join(_status_lines(status, services, catalogue)))
    return 1 if status.warnings else 0


def _status_lines(status: SyncStatus, services: StationServices, catalogue: Catalogue) -> list[str]:
    say, zone = catalogue.text, services.config.time_zone
    until, contact = status.certificate_until, status.last_contact_at
    used, budget = status.metered_bytes_today / _MIB, status.metered_budget_bytes / _MIB
    return [
        say("cli-status-unpaired")
        if until is None
        else say("cli-status-kit", kit=status.kit_id, until=until.astimezone(zone)),
        say(
            "cli-status-waiting",
            count=len(status.waiting),
            kib=status.waiting_bytes / 1024,
            aside=len(status.set_aside) + status.inbox_refused,
        ),
        *(f"  - {item.kind} {item.item_id}: {say(item.reason)}" for item in status.set_aside),
        say("cli-status-budget", used=used, budget=budget),
        say("cli-status-never") if contact is None else say("cli-status-contact", at=contact.astimezone(zone)),
        *(f"  [X] {say(warning.message_id, **warning.params)}" for warning in status.warnings),
    ]


async def _medium(services: StationServices, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Read first where both are asked for, so that what the office has answered is not written again."""
    reports, words = {}, []
    if arguments.import_from is not None:
        report = reports["import"] = await services.sync.import_medium(arguments.import_from)
        path = str(arguments.import_from)
        words.append(
            catalogue.text("cli-sync-imported", path=path, receipts=report.receipts, received=report.feed_items)
        )
    if arguments.export is not None:
        report = reports["export"] = await services.sync.export_medium(arguments.export)
        path = str(arguments.export)
        words.append(catalogue.text("cli-sync-exported", path=path, packets=report.packets, batches=int(report.batch)))
    put(arguments, reports, "\n".join(words))
    return 0


async def _link(services: StationServices, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    if arguments.pair:
        await services.sync.pair(arguments.pair)
    elif not services.sync.status().paired and services.config.office.pairing_code:
        await services.sync.pair(services.config.office.pairing_code)
    report = await services.sync.run_once(arguments.link)
    lines = [
        catalogue.text(
            "cli-synced",
            packets=report.packets_sent,
            receipts=report.receipts,
            received=report.feed_items,
            kib=report.bytes_on_wire / 1024,
        ),
        *(f"  [X] {catalogue.text(problem.message_id, **problem.params)}" for problem in report.problems),
    ]
    put(arguments, report, "\n".join(lines))
    return 4 if report.problems else 0
