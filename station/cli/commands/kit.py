"""`station setup`, `station check`, `station devices`: the kit itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import new_password, opened, put
from station.domain.errors import NotAllowed
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.devices.check import CheckItem
    from station.devices.pen_test import PenTest

_MARKS = {"go": "[v]", "care": "[!]", "stop": "[X]"}


def add_setup(command: Adder) -> None:
    """Say the arguments of `station setup`."""
    command.runs(_setup)
    command.takes("--name", required=True)
    command.takes("--login", required=True)


def add_check(command: Adder) -> None:
    """Say the arguments of `station check`."""
    command.runs(_check)
    command.takes("--pdf", type=Path, default=None)


def add_devices(command: Adder) -> None:
    """Say the arguments of `station devices`."""
    command.runs(_devices)


def _setup(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        if not services.staff.is_empty():
            raise NotAllowed("cli-setup-already")
        actor = services.staff.create_administrator(
            arguments.name, arguments.login, new_password(arguments.login, catalogue)
        )
        words = catalogue.text("cli-setup-done", name=actor.name)
        code = services.fresh_recovery_code
        if code:
            words += "\n" + catalogue.text("ui-recovery-code-text", code=code)
        facts = {"staff_id": actor.staff_id, "kit": services.config.kit_id, "recovery_code": code}
        put(arguments, facts, words)
    return 0


def _check(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.devices.check import KitCheck

    async def run() -> bool:
        with opened(arguments, catalogue) as services:
            check = KitCheck(services.kit, services.config, services.clock)
            there = sys.stdin.isatty() and sys.stderr.isatty()
            try:
                with _pen_by_hand(catalogue) if there else nullcontext() as pen:
                    report = await check.run(pen=pen)
            finally:
                await services.aclose()
            lines = [_check_line(item, catalogue) for item in report.items]
            lines += ["", catalogue.text("cli-check-go" if report.go else "cli-check-no-go")]
            put(arguments, report, "\n".join(lines))
            if arguments.pdf is not None:
                services.registers.write_kit_checklist(report, arguments.pdf)
            return report.go

    return 0 if asyncio.run(run()) else 1


@contextmanager
def _pen_by_hand(catalogue: Catalogue) -> Iterator[PenTest]:
    """Ask whoever sits at the terminal for a stroke; a line typed while it is waited for passes it over."""
    from station.devices.pen_test import PenTest

    def ask(pad: str, left_s: float, trouble: str) -> None:
        if trouble:
            print(catalogue.reason(trouble, device=pad), file=sys.stderr)
        what = catalogue.text("check-pen-do", device=pad)
        print(catalogue.text("cli-check-pen", what=what, seconds=round(left_s)), file=sys.stderr, flush=True)

    def typed() -> None:
        if not os.read(terminal, 1024):
            loop.remove_reader(terminal)
        if pen.waiting:
            pen.skip()

    pen = PenTest((catalogue.text("check-pen-pad"), catalogue.text("check-pen-pad-do")), ask)
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
    loop.add_reader(terminal, typed)
    try:
        yield pen
    finally:
        loop.remove_reader(terminal)


def _check_line(item: CheckItem, catalogue: Catalogue) -> str:
    facts = ", ".join(f"{catalogue.text(fact)} {value}" for fact, value in item.facts.items())
    causes = "; ".join(catalogue.reason(cause, **{"device": item.name, **item.params}) for cause in item.causes)
    title = catalogue.first(*item.titles)
    if title == catalogue.text("check-other"):
        title = f"{title}: {item.name}"
    return f"{_MARKS[item.verdict.value]} {title:<28} {causes or facts}"


def _devices(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    async def run() -> None:
        with opened(arguments, catalogue) as services:
            try:
                reports = await services.kit.reports()
            finally:
                await services.aclose()
            lines = [f"{datetime.now(services.config.time_zone):%d-%m-%Y %H.%M}"]
            for report in reports:
                state = report.readiness
                mark = "[v]" if state.ready else "[!]" if state.usable else "[X]"
                params = {"device": report.name, **report.params}
                causes = "; ".join(catalogue.reason(cause, **params) for cause in (*state.problems, *state.limits))
                who = (
                    f"{report.identity.make} {report.identity.model} {report.identity.serial}"
                    if report.identity
                    else ""
                )
                lines.append(f"{mark} {report.name:<24} {who:<44} {causes}")
            put(arguments, reports, "\n".join(lines))

    asyncio.run(run())
    return 0
