"""The province's share-out of a quantity of blanks: proposal, edit, approval, hand-over records. Pure.

The proposal follows the field's rule (stock left, print-ready records, substitute
letters): everybody gets the floor, the rest goes by need, nobody gets more than the cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from station.domain.errors import BadInput, Refused
from station.messages.catalogue import Catalogue
from station.registers.document import Block, Cell, Column, Document, Kind, Paragraph, Signature, Signatures, Table
from station.registers.needs import Need
from station.registers.paper import Head
from station.registers.values import date_in_words, pieces

STANDARD_MINUTES = (60, 30, 10, 15, 10, 10, 10, 30, 5, 5, 5, 5, 2880, 180, 120, 60, 60, 30)
LAST_STEP_MINUTES = (60, 4320)
LAST_STEP = len(STANDARD_MINUTES) + 1


class AllocationState(Enum):
    """Life of a share-out."""

    PROPOSED = "diusulkan"
    APPROVED = "disetujui"


@dataclass(frozen=True, slots=True)
class Share:
    """What one regency gets; `wanted` is its need in pieces."""

    need: Need
    wanted: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """A share-out of `quantity` pieces; once approved it is not edited any more."""

    quantity: int
    floor: int
    cap: int
    shares: tuple[Share, ...]
    state: AllocationState = AllocationState.PROPOSED
    approved_by: str = ""

    @property
    def rest(self) -> int:
        """Return the pieces nobody gets."""
        return self.quantity - sum(share.pieces for share in self.shares)

    def edited(self, name: str, amount: int) -> Allocation:
        """Return the share-out with one regency's pieces changed by hand."""
        if self.state is AllocationState.APPROVED:
            raise Refused("registers-allocation-approved")
        if name not in {share.need.name for share in self.shares}:
            raise BadInput("registers-allocation-unknown", name=name)
        shares = tuple(replace(share, pieces=amount) if share.need.name == name else share for share in self.shares)
        changed = replace(self, shares=shares)
        if amount < 0 or changed.rest < 0:
            raise Refused("registers-allocation-too-much", quantity=self.quantity)
        return changed

    def approved(self, by: str) -> Allocation:
        """Return the share-out approved by the head named."""
        if not by.strip():
            raise BadInput("registers-allocation-approver")
        return replace(self, state=AllocationState.APPROVED, approved_by=by)


def propose(needs: Sequence[Need], quantity: int, floor: int = 0, cap: int = 500, days: int = 30) -> Allocation:
    """Propose a share-out of `quantity` pieces for the need of the next `days`; the sum never exceeds the quantity."""
    if quantity < 0 or floor < 0 or cap < floor:
        raise BadInput("registers-allocation-limits")
    wanted = [wanted_pieces(need, days) for need in needs]
    lowest = min(floor, quantity // len(needs)) if needs else 0
    given = [lowest] * len(needs)
    rest = quantity - sum(given)
    room = [max(0, min(cap, want) - lowest) for want in wanted]
    for index, extra in enumerate(_by_weight(room, min(rest, sum(room)))):
        given[index] += extra
    shares = tuple(Share(need, want, got) for need, want, got in zip(needs, wanted, given, strict=True))
    return Allocation(quantity, floor, cap, shares)


def wanted_pieces(need: Need, days: int) -> int:
    """Return what a regency needs for the next `days` beyond its stock, in pieces."""
    return max(0, need.print_ready + need.suket + round(need.average_per_day * days) - need.stock)


def build_allocation_list(allocation: Allocation, day: date, head: Head) -> Document:
    """Return the list of shares for the head's approval."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("name", head.words("regency"), Kind.TEXT, 50),
        Column("stock", head.words("need-stock"), Kind.NUMBER, 20, total=True),
        Column("print_ready", "PRR", Kind.NUMBER, 18, total=True),
        Column("suket", "Suket", Kind.NUMBER, 18, total=True),
        Column("average", head.words("need-average"), Kind.NUMBER, 20),
        Column("wanted", head.words("allocation-wanted"), Kind.NUMBER, 20, total=True),
        Column("pieces", head.words("allocation-share"), Kind.NUMBER, 20, total=True),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "number": str(index),
            "name": share.need.name,
            "stock": share.need.stock,
            "print_ready": share.need.print_ready,
            "suket": share.need.suket,
            "average": share.need.average_per_day,
            "wanted": share.wanted,
            "pieces": share.pieces,
        }
        for index, share in enumerate(allocation.shares, start=1)
    )
    text = head.words("allocation-text", quantity=pieces(allocation.quantity, head.catalogue),
                      floor=head.catalogue.number(allocation.floor), cap=head.catalogue.number(allocation.cap),
                      rest=head.catalogue.number(allocation.rest))  # fmt: skip
    approval = Signature(head.words("approved-by"), allocation.approved_by)
    blocks: tuple[Block, ...] = (
        Paragraph(text),
        Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none")),
        Signatures(head.place_and_date(day), (approval,)),
    )
    return head.document("allocation", day.isoformat(), blocks, (head.words(f"allocation-{allocation.state.value}"),))


def build_handover_records(allocation: Allocation, number: str, day: date, head: Head) -> list[Document]:
    """Return one hand-over record (BAST) for each share; raises Refused before the approval."""
    if allocation.state is not AllocationState.APPROVED:
        raise Refused("registers-allocation-not-approved")
    documents = []
    for index, share in enumerate((share for share in allocation.shares if share.pieces), start=1):
        text = (
            head.words("record-opening", date=date_in_words(day, head.catalogue), place=head.config.city),
            head.words("bast-object", receiver=share.need.name, quantity=pieces(share.pieces, head.catalogue)),
            head.words("bast-grant"),
            head.words("record-closing"),
        )
        people = (
            replace(head.head_person(), title=head.words("first-party")),
            Signature(f"{head.words('second-party')} - {share.need.name}"),
        )
        blocks: tuple[Block, ...] = (
            Paragraph(text[0]),
            head.parties(share.need.name),
            *(Paragraph(line) for line in text[1:]),
            Signatures(head.place_and_date(day), people),
        )
        subtitle = head.words("record-number", number=f"{number}/{index}")
        documents.append(head.document("bast", f"{day.isoformat()}-{index}", blocks, (subtitle,)))
    return documents


def build_distribution_checklist(day: date, head: Head, done: Mapping[int, datetime] | None = None) -> Document:
    """Return the 19 steps of fetching and sharing out blanks with their standard times in minutes and when each ended.

    Standard times are calendar minutes: 2,880 are two days.
    """
    ended = done or {}
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("step", head.words("step"), Kind.TEXT, 88),
        Column("minutes", head.words("minutes"), Kind.NUMBER, 20, total=True),
        Column("done", head.words("done-at"), Kind.TEXT, 34),
        Column("initials", head.words("initials"), Kind.TEXT, 20),
    )
    rows = [
        _step_row(index, minutes, ended.get(index), head) for index, minutes in enumerate(STANDARD_MINUTES, start=1)
    ]
    last = standard_minutes(LAST_STEP, head.catalogue)
    rows.append(_step_row(LAST_STEP, last, ended.get(LAST_STEP), head))
    table = Table(columns, tuple(rows), total_title=head.words("sop-total"))
    return head.document("checklist-distribution", day.isoformat(), (table, head.signed_by(("executor", ""))))


def standard_minutes(step: int, catalogue: Catalogue) -> str:
    """Return the standard time of a step (1 to 19) in minutes, the last one as a range."""
    minutes = (STANDARD_MINUTES[step - 1],) if step < LAST_STEP else LAST_STEP_MINUTES
    return " - ".join(catalogue.number(number) for number in minutes)


def _step_row(number: int, minutes: Cell, ended: datetime | None, head: Head) -> dict[str, Cell]:
    at = f"{ended.astimezone(head.made_at.tzinfo):%d-%m-%Y %H.%M}" if ended else ""
    return {"number": str(number), "step": head.words(f"sop-{number}"), "minutes": minutes, "done": at}


def _by_weight(weights: Sequence[int], quantity: int) -> list[int]:
    """Split a quantity by weights into whole pieces, largest remainder first; none gets more than its weight."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [quantity * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(quantity * weights[index] % total), index))
    for index in order[: quantity - sum(shares)]:
        shares[index] += 1
    return shares
