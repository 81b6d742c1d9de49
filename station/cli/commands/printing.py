"""`station print`: the queue, the next card, and cards that were interrupted."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import opened, put, second_person, sign_in
from station.domain.errors import Refused
from station.domain.staff import Actor
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.bootstrap import StationServices
    from station.print.queue import PrintJob

_Work = Callable[["StationServices", Actor], Awaitable[int]]


def add_print(command: Adder) -> None:
    """Say the arguments."""
    command.child("queue").runs(_queue)
    following = command.child("next")
    following.runs(_next)
    following.takes("--serial", default=None)
    following.takes("--pin", default=None)
    recover = command.child("recover")
    recover.runs(_recover)
    for child in (following, recover):
        child.takes("--login", default=None)
        child.takes("--second", default=None)
        child.takes("--reason", default=None)


def _queue(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        jobs = services.print_queue.jobs()
        put(arguments, jobs, "\n".join(_line(job, catalogue) for job in jobs))
    return 0


def _line(job: PrintJob, catalogue: Catalogue) -> str:
    causes = "; ".join(catalogue.text(gate.message_id, **gate.params) for gate in job.closed)
    reason = job.reason.value if job.reason else "-"
    return f"{'[v]' if job.printable else '[X]'} {job.name:<32} {reason:<15} {job.state.value:<10} {causes}"


def _with_station(arguments: argparse.Namespace, catalogue: Catalogue, work: _Work) -> int:
    async def run() -> int:
        with opened(arguments, catalogue) as services:
            try:
                actor = sign_in(services, arguments, catalogue)
                return await work(services, await proven(services, actor, arguments, catalogue))
            finally:
                await services.aclose()

    return asyncio.run(run())


async def proven(services: StationServices, actor: Actor, arguments: argparse.Namespace, catalogue: Catalogue) -> Actor:
    """Ask for the finger where a scanner is here, or let a second person vouch: a password alone starts no card."""
    door = services.finger_sign_in
    second = second_person(services, arguments.second, catalogue)
    if second is not None:
        return await door.pass_without(actor, arguments.reason or "", second)
    if not door.wants_finger(actor):
        return actor
    finger = door.fingers_of(actor)[0]
    print(catalogue.text("cli-lay-finger", name=actor.name, finger=int(finger)), file=sys.stderr)
    return await door.check(actor, finger)


def _next(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    async def work(services: StationServices, actor: Actor) -> int:
        ready = [job for job in services.print_queue.jobs() if job.printable]
        if not ready:
            raise Refused("cli-nothing-to-print")
        if arguments.pin is not None:
            await services.production.activate_sam(actor, arguments.pin)
        await services.production.recover(actor)
        made = await services.production.produce(actor, ready[0].job_id)
        if made.problem is not None or not made.waits_for_confirmation:
            words = catalogue.error(made.problem) if made.problem else made.state.value
            put(arguments, {"state": made.state, "intent": made.intent_id}, f"{ready[0].name}: {words}")
            return 3
        serial = arguments.serial or _ask_serial(catalogue, ready[0].name)
        done = await services.production.confirm(actor, made.intent_id, serial or None)
        put(
            arguments,
            {"state": done.state, "serial": done.serial, "job": done.job_id},
            catalogue.text("cli-printed", name=ready[0].name, serial=done.serial),
        )
        return 0

    return _with_station(arguments, catalogue, work)


def _ask_serial(catalogue: Catalogue, name: str) -> str:
    """Ask for the serial of the card in hand; empty means that it lies on the desk reader."""
    if not sys.stdin.isatty():
        return ""
    return input(catalogue.text("cli-ask-serial", name=name) + " ").strip()


def _recover(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    async def work(services: StationServices, actor: Actor) -> int:
        decisions = await services.production.recover(actor)
        lines = [
            f"{'[?]' if decision.question else '[v]'} {decision.name:<32} "
            + catalogue.text(f"recovery-{decision.decision.value}")
            for decision in decisions
        ]
        put(arguments, decisions, "\n".join(lines) or catalogue.text("cli-nothing-open"))
        return 1 if any(decision.question for decision in decisions) else 0

    return _with_station(arguments, catalogue, work)
