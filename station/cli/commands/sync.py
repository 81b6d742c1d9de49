"""`station sync`: send and receive now."""

from __future__ import annotations

import argparse
import asyncio

from station.cli.adder import Adder
from station.cli.context import opened, put
from station.messages.catalogue import Catalogue


def add_sync(command: Adder) -> None:
    """Say the arguments."""
    command.runs(_sync)
    command.takes("--link", choices=["lan", "m2m"], default="lan")
    command.takes("--pair", default=None, metavar="CODE")


def _sync(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    async def run() -> int:
        with opened(arguments, catalogue) as services:
            try:
                if arguments.pair:
                    await services.sync.pair(arguments.pair)
                elif not services.sync.status().paired and services.config.office.pairing_code:
                    await services.sync.pair(services.config.office.pairing_code)
                report = await services.sync.run_once(arguments.link)
            finally:
                await services.aclose()
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

    return asyncio.run(run())
