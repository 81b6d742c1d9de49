"""Go or no-go of the whole kit: every device is exercised, not merely found.

A scanner has to give a live frame, a camera two pictures, the pad its size and a line
of text and, where somebody is there, a stroke of the pen, the modem its registration, a
card reader and a device of a kind that is not in the station its readiness; then disk,
battery, clock and backup media. All items run at the same time, each with its own
deadline; only the pen waits for its pad.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial

from station.config import KitConfig
from station.devices.check_computer import Finding, check_backup_dir, check_battery, check_disk
from station.devices.check_devices import EXERCISES, exercise_any
from station.devices.kit import Kit
from station.devices.pen_test import PenTest
from station.domain.clock import Clock
from station.domain.errors import StationError

_log = logging.getLogger("station.devices.check")
_CLOCK_TOLERANCE_S = 5.0
_CLOCK_WRONG_S = 120.0


class Verdict(Enum):
    """What an item says about setting out: go, go with care, or stay."""

    GO = "go"
    CARE = "care"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the checklist.

    `title` is a message identifier (`check-fingerprint`), `name` the device's own name from kit.toml,
    `facts` are values by message identifier, `causes` the reasons against, as message identifiers with `params`.
    """

    title: str
    name: str
    verdict: Verdict
    facts: dict[str, str] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    params: dict[str, object] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the title and what may stand for it where a driver package brought no words for its kind."""
        return (self.title, f"ui-kind-{self.title.removeprefix('check-')}", "check-other")

    @property
    def ok(self) -> bool:
        """Tell whether the kit may set out as far as this item goes."""
        return self.verdict is not Verdict.STOP

    @property
    def cause(self) -> str:
        """Return the first reason against, or an empty text."""
        return self.causes[0] if self.causes else ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The dated checklist of one kit."""

    kit_id: str
    started_at: datetime
    took_s: float
    items: tuple[CheckItem, ...]

    @property
    def go(self) -> bool:
        """Tell whether the kit may set out."""
        return all(item.ok for item in self.items)


class KitCheck:
    """Exercises the kit; `item_deadline_s` bounds each item and so the whole."""

    def __init__(self, kit: Kit, config: KitConfig, clock: Clock, item_deadline_s: float = 25.0) -> None:
        self._kit = kit
        self._config = config
        self._clock = clock
        self._item_deadline_s = item_deadline_s

    async def run(
        self, on_progress: Callable[[CheckItem], None] | None = None, pen: PenTest | None = None
    ) -> CheckReport:
        """Check everything at once; `on_progress` hears each item as it is done.

        `pen` asks the person before the pad for a stroke; without it nobody is there, and the checklist says so.
        """
        started_at, begin_s = self._clock.now(), self._clock.monotonic_s()
        heard = on_progress or (lambda _item: None)
        work: list[asyncio.Task[CheckItem]] = []
        for title, name, exercise in self._entries():
            item = asyncio.create_task(self._timed(title, name, exercise, heard, self._item_deadline_s))
            work.append(item)
            if title == "check-signature":
                deadline_s = self._item_deadline_s + (pen.deadline_s if pen else 0.0)
                stroke = partial(self._pen_tested, pen, item)
                work.append(asyncio.create_task(self._timed("check-pen", name, stroke, heard, deadline_s)))
        items = await asyncio.gather(*work)
        return CheckReport(self._config.kit_id, started_at, self._clock.monotonic_s() - begin_s, tuple(items))

    def _entries(self) -> list[tuple[str, str, Callable[[], Awaitable[Finding]]]]:
        entries: list[tuple[str, str, Callable[[], Awaitable[Finding]]]] = []
        for kind, exercise in EXERCISES.items():
            if self._kit.has(kind):
                entries.append((f"check-{kind}", self._kit.in_use(kind), partial(self._exercised, kind, exercise)))
        for kind in self._kit.kinds():
            if kind not in EXERCISES:
                ask = partial(exercise_any, kind=kind)
                entries.append((f"check-{kind}", self._kit.in_use(kind), partial(self._exercised, kind, ask)))
        entries.append(("check-clock", "-", self._clock_against_satellites))
        entries.append(("check-disk", "-", partial(asyncio.to_thread, check_disk, self._config.data_dir)))
        entries.append(("check-battery", "-", partial(asyncio.to_thread, check_battery)))
        entries.extend(
            ("check-backup", folder, partial(asyncio.to_thread, check_backup_dir, folder))
            for folder in self._config.capture.backup_dirs
        )
        return entries

    async def _timed(
        self,
        title: str,
        name: str,
        work: Callable[[], Awaitable[Finding]],
        on_progress: Callable[[CheckItem], None],
        deadline_s: float,
    ) -> CheckItem:
        begin_s = self._clock.monotonic_s()
        try:
            async with asyncio.timeout(deadline_s):
                finding = await work()
        except TimeoutError:
            finding = Finding.stop("check-too-slow", seconds=round(deadline_s))
        except StationError as error:
            finding = Finding(False, False, {}, (error.message_id,), dict(error.params))
        verdict = Verdict.GO if finding.good else Verdict.CARE if finding.may_go else Verdict.STOP
        took_s = self._clock.monotonic_s() - begin_s
        # readiness names its problems without parameters; the words of some need these two
        params = {"device": name, "command": "check", **finding.params}
        item = CheckItem(title, name, verdict, finding.facts, finding.causes, params, took_s)
        on_progress(item)
        return item

    async def _pen_tested(self, pen: PenTest | None, pad: asyncio.Task[CheckItem]) -> Finding:
        if pen is None:
            return Finding.care("check-pen-by-nobody")
        if not (await asyncio.shield(pad)).ok:
            return Finding.care("check-pen-pad-first")
        name = self._kit.in_use("signature")
        return await self._exercised("signature", lambda kit: pen.run(kit.signature(), name))

    async def _exercised(self, kind: str, exercise: Callable[[Kit], Awaitable[Finding]]) -> Finding:
        try:
            return await exercise(self._kit)
        except (StationError, TimeoutError):
            raise
        except Exception:  # noqa: BLE001 - a stranger's driver may raise anything; the others are still told
            _log.exception("driver of %s", kind)
            return Finding.stop("driver-broken")

    async def _clock_against_satellites(self) -> Finding:
        if not self._kit.has("gnss"):
            return Finding.care("check-clock-unverified")
        try:
            fix = await self._kit.gnss().fix(timeout_s=5.0)
        except Exception:  # noqa: BLE001 - the receiver's own item tells what is wrong with it
            fix = None
        if fix is None:
            return Finding.care("check-clock-unverified")
        difference_s = (self._clock.now() - fix.time).total_seconds()
        facts = {"check-clock-difference-s": f"{difference_s:+.0f}"}
        if abs(difference_s) > _CLOCK_WRONG_S:
            return Finding(False, False, facts, ("check-clock-wrong",), {"seconds": round(abs(difference_s))})
        if abs(difference_s) > _CLOCK_TOLERANCE_S:
            return Finding(False, True, facts, ("check-clock-off",), {"seconds": round(abs(difference_s))})
        return Finding(True, True, facts)
