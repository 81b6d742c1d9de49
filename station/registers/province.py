"""The province's work with the files of its regencies: gather, forecast, propose, edit, approve, write out.

Every change is a version of its own in the store; the approved version is the last one. The
arithmetic is `allocation`'s; this file keeps state, people and papers together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from station.domain.clock import Clock
from station.domain.errors import BadInput, NotAllowed, NotFound, Refused, StationError
from station.domain.identifiers import IdSource
from station.domain.staff import Actor, Role
from station.registers.allocation import (
    LAST_STEP,
    Allocation,
    AllocationState,
    Share,
    build_allocation_list,
    build_distribution_checklist,
    build_handover_records,
    propose,
    wanted_pieces,
)
from station.registers.consolidated import build_consolidated, build_forecast
from station.registers.document import Document
from station.registers.needs import Need
from station.registers.paper import Head
from station.registers.regency_files import RegencyMonth, read_regency_file
from station.staff.audit import AuditLog
from station.store import allocations as rows
from station.store.allocations import AllocationRow, StepRow
from station.store.database import Database, Transaction

_PROPOSERS = (Role.CUSTODIAN, Role.DIVISION_HEAD)
DEFAULT_CAP, DEFAULT_DAYS = 500, 30


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a set of files says: the months that can be used, and for each other file what is wrong with it."""

    months: tuple[RegencyMonth, ...]
    refusals: tuple[StationError, ...]


@dataclass(frozen=True, slots=True)
class ShareOut:
    """A share-out as stored: its newest version, for how many days it provides, and the months it came from."""

    allocation_id: str
    version: int
    at: datetime
    actor_id: str
    second_id: str
    days: int
    months: tuple[RegencyMonth, ...]
    allocation: Allocation

    @property
    def is_approved(self) -> bool:
        """Tell whether it is final."""
        return self.allocation.state is AllocationState.APPROVED


def gather(paths: Iterable[Path]) -> Gathered:
    """Read files of several regencies; a file that cannot be used, or a regency named twice, is told and left out."""
    months: dict[str, RegencyMonth] = {}
    files: dict[str, str] = {}
    refusals: list[StationError] = []
    for path in paths:
        try:
            month = read_regency_file(path)
            if month.name in months:
                raise BadInput("registers-regency-twice", name=month.name, first=files[month.name], second=path.name)
        except StationError as error:
            refusals.append(error)
            continue
        months[month.name], files[month.name] = month, path.name
    return Gathered(tuple(months.values()), tuple(refusals))


class Province:
    """Share-outs of this office, kept durably."""

    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, ids: IdSource, head: Callable[[], Head]
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._head = head

    # Making and changing -------------------------------------------------------------

    def start(self, actor: Actor, months: Sequence[RegencyMonth]) -> ShareOut:
        """Begin a share-out from what the regencies reported; print-ready records and letters are filled in later."""
        self._require_proposer(actor)
        if not months:
            raise BadInput("registers-allocation-no-files")
        shares = tuple(_first_share(month) for month in months)
        fresh = ShareOut(
            self._ids.new(),
            0,
            self._clock.now(),
            actor.staff_id,
            "",
            DEFAULT_DAYS,
            tuple(months),
            Allocation(0, 0, DEFAULT_CAP, shares),
        )
        return self._keep(fresh, actor, "allocation_started")

    def add_months(self, actor: Actor, allocation_id: str, months: Sequence[RegencyMonth]) -> ShareOut:
        """Add regencies whose files came later; a regency that is there already is refused."""
        found = self._open_one(actor, allocation_id)
        known = {share.need.name for share in found.allocation.shares}
        for month in months:
            if month.name in known:
                raise BadInput("registers-regency-known", name=month.name)
        shares = (*found.allocation.shares, *(_first_share(month) for month in months))
        changed = replace(
            found, months=(*found.months, *months), allocation=replace(found.allocation, shares=shares)
        )  # fmt: skip
        return self._keep(changed, actor, "allocation_files_added")

    def set_figures(self, actor: Actor, allocation_id: str, name: str, print_ready: int, suket: int) -> ShareOut:
        """Fill in one regency's print-ready records and substitute letters; its need follows, its share stays."""
        found = self._open_one(actor, allocation_id)
        if min(print_ready, suket) < 0:
            raise BadInput("registers-allocation-limits")
        shares = []
        for share in found.allocation.shares:
            if share.need.name != name:
                shares.append(share)
                continue
            need = replace(share.need, print_ready=print_ready, suket=suket)
            shares.append(Share(need, wanted_pieces(need, found.days), share.pieces))
        changed = replace(found, allocation=replace(found.allocation, shares=tuple(shares)))
        return self._keep(changed, actor, "allocation_figures_set", name=name)

    def propose(
        self, actor: Actor, allocation_id: str, quantity: int, floor: int = 0, cap: int = DEFAULT_CAP, days: int = 30
    ) -> ShareOut:
        """Share a quantity out anew by need; shares edited by hand are replaced."""
        found = self._open_one(actor, allocation_id)
        needs = [share.need for share in found.allocation.shares]
        changed = replace(found, days=days, allocation=propose(needs, quantity, floor, cap, days))
        return self._keep(changed, actor, "allocation_proposed", quantity=quantity)

    def edit(self, actor: Actor, allocation_id: str, name: str, pieces: int) -> ShareOut:
        """Change one regency's share by hand; never more than there is."""
        found = self._open_one(actor, allocation_id)
        changed = replace(found, allocation=found.allocation.edited(name, pieces))
        return self._keep(changed, actor, "allocation_edited", name=name, pieces=pieces)

    def approve(self, second: Actor, allocation_id: str) -> ShareOut:
        """Approve by a division head who did not propose or edit the version that is approved; then it is final."""
        found = self.get(allocation_id)
        if not second.has(Role.DIVISION_HEAD):
            raise NotAllowed("registers-allocation-role", roles=Role.DIVISION_HEAD.value)
        if second.staff_id in self._hands(allocation_id):
            raise NotAllowed("ledger-second-person")
        if found.is_approved:
            raise Refused("registers-allocation-approved")
        if not any(share.pieces for share in found.allocation.shares):
            raise Refused("registers-allocation-empty")
        changed = replace(found, second_id=second.staff_id, allocation=found.allocation.approved(second.name))
        return self._keep(changed, second, "allocation_approved")

    def tick(self, actor: Actor, allocation_id: str, steps: Iterable[int]) -> dict[int, StepRow]:
        """Note steps of the procedure as done by this person at this moment; a step done stays done."""
        self._require_proposer(actor)
        self.get(allocation_id)
        with self._database.write() as connection:
            done = rows.steps(connection, allocation_id)
            for step in sorted(set(steps)):
                if not 1 <= step <= LAST_STEP:
                    raise BadInput("registers-step-unknown", step=step)
                if step not in done:
                    rows.insert_step(connection, allocation_id, StepRow(step, self._clock.now(), actor.staff_id))
                    self._audit.write(actor.staff_id, "allocation_step_done", allocation_id, step=step)
            return rows.steps(connection, allocation_id)

    # Reading -------------------------------------------------------------------------

    def share_outs(self) -> list[ShareOut]:
        """Return every share-out, newest change first."""
        with self._database.read() as connection:
            return [_share_out(row) for row in rows.newest_versions(connection)]

    def get(self, allocation_id: str) -> ShareOut:
        """Return one share-out; raises NotFound."""
        with self._database.read() as connection:
            found = rows.versions(connection, allocation_id)
        if not found:
            raise NotFound("registers-allocation-missing")
        return _share_out(found[-1])

    def steps(self, allocation_id: str) -> dict[int, StepRow]:
        """Return the steps of the procedure that are done."""
        with self._database.read() as connection:
            return rows.steps(connection, allocation_id)

    def documents(self, allocation_id: str, number: str, day: date, until: date) -> list[Document]:
        """Return consolidation, forecast, list of shares, checklist and, once approved, one hand-over record each."""
        found, head = self.get(allocation_id), self._head()
        needs = [share.need for share in found.allocation.shares]
        made = [
            build_consolidated(found.months, head),
            build_forecast(needs, day, until, head),
            build_allocation_list(found.allocation, day, head),
            build_distribution_checklist(day, head, {step: row.at for step, row in self.steps(allocation_id).items()}),
        ]
        if found.is_approved:
            if not number.strip():
                raise BadInput("registers-bast-number-missing")
            made += build_handover_records(found.allocation, number.strip(), day, head)
        return made

    # Inside --------------------------------------------------------------------------

    def _open_one(self, actor: Actor, allocation_id: str) -> ShareOut:
        self._require_proposer(actor)
        found = self.get(allocation_id)
        if found.is_approved:
            raise Refused("registers-allocation-approved")
        return found

    def _hands(self, allocation_id: str) -> set[str]:
        with self._database.read() as connection:
            return {row.actor_id for row in rows.versions(connection, allocation_id)}

    def _require_proposer(self, actor: Actor) -> None:
        if not any(actor.has(role) for role in _PROPOSERS):
            raise NotAllowed("registers-allocation-role", roles=", ".join(role.value for role in _PROPOSERS))

    def _keep(self, changed: ShareOut, actor: Actor, action: str, **details: object) -> ShareOut:
        with self._database.write() as connection:
            self._refuse_stale(connection, changed)
            kept = replace(changed, version=changed.version + 1, at=self._clock.now(), actor_id=actor.staff_id)
            rows.insert_version(connection, _row(kept))
            self._audit.write(actor.staff_id, action, kept.allocation_id, version=kept.version, **details)
        return kept

    def _refuse_stale(self, connection: Transaction, changed: ShareOut) -> None:
        known = rows.versions(connection, changed.allocation_id)
        if known and known[-1].version != changed.version:
            raise Refused("registers-allocation-changed")


def _first_share(month: RegencyMonth) -> Share:
    need = Need(month.name, month.closing, round(month.average_per_day, 2), 0, month.suket)
    return Share(need, wanted_pieces(need, DEFAULT_DAYS), 0)


def _row(found: ShareOut) -> AllocationRow:
    allocation = found.allocation
    content = {
        "days": found.days,
        "months": [asdict(month) for month in found.months],
        "quantity": allocation.quantity,
        "floor": allocation.floor,
        "cap": allocation.cap,
        "state": allocation.state.value,
        "approved_by": allocation.approved_by,
        "shares": [asdict(share) for share in allocation.shares],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return AllocationRow(found.allocation_id, found.version, found.at, found.actor_id, found.second_id, text)


def _share_out(row: AllocationRow) -> ShareOut:
    content = json.loads(row.content)
    shares = tuple(Share(Need(**share["need"]), share["wanted"], share["pieces"]) for share in content["shares"])
    allocation = Allocation(
        content["quantity"],
        content["floor"],
        content["cap"],
        shares,
        AllocationState(content["state"]),
        content["approved_by"],
    )
    months = tuple(RegencyMonth(**month) for month in content["months"])
    return ShareOut(
        row.allocation_id, row.version, row.at, row.actor_id, row.second_id, content["days"], months, allocation
    )
