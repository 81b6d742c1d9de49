"""The accounts of the blank book: where a piece can be. Names are text so that an auditor can read them.

A balance is debits minus credits. Places hold pieces and never go below zero;
outside parties, loans taken and the discrepancy account show what they owe or lack.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from station.domain.card import PrintReason
from station.domain.errors import BadInput

STORE = "store"
DIVISION = "division"
SPOILED_STORE = "spoiled_store"
DESTROYED = "destroyed"
DISCREPANCY = "discrepancy"
SUKET = "suket"
_LONGEST_NAME = 60
_INNER = ("division", "room", "point", "opening")


class PartyKind(Enum):
    """Who stands outside: source of blanks, or partner of a loan."""

    CENTRE = "pusat"
    PROVINCE = "provinsi"
    REGENCY = "kabkota"


@dataclass(frozen=True, slots=True)
class Party:
    """An outside party; `name` as documents write it."""

    kind: PartyKind
    name: str

    @property
    def account(self) -> str:
        """Return the party's account."""
        return f"outside:{self.kind.value}:{_name(self.name)}"


def room(name: str) -> str:
    """Return the account of a print room; the name of a custody point (`point:...`) is an account already."""
    return name if name.startswith(("room:", "point:")) else f"room:{_name(name)}"


def point(name: str) -> str:
    """Return the account of a custody point: kecamatan or UKL."""
    return name if name.startswith("point:") else f"point:{_name(name)}"


def spoiled_at(place: str) -> str:
    """Return the account of spoiled pieces that still lie at a place."""
    return SPOILED_STORE if place == STORE else f"spoiled:{place}"


def printed(reason: PrintReason) -> str:
    """Return the account of pieces that became cards, by reason."""
    return f"printed:{reason.value}"


def lent_to(partner: str) -> str:
    """Return the account of pieces a partner owes us."""
    return f"loan_out:{_name(partner)}"


def borrowed_from(partner: str) -> str:
    """Return the account of pieces we owe a partner."""
    return f"loan_in:{_name(partner)}"


def transfer(sender: str, receiver: str) -> str:
    """Return the account of pieces on the way between two stations of one office; both stations book on it."""
    return f"transfer:{_name(sender)}>{_name(receiver)}"


def is_division_side(account: str) -> bool:
    """Tell whether good pieces on this account are at the division: column 13 of the report."""
    return account == DIVISION or account.startswith(("room:", "point:"))


def returns_daily(account: str) -> bool:
    """Tell whether the account must be empty before a day is closed; counters of kecamatan and UKL may keep theirs."""
    return account == DIVISION or account.startswith(("room:", "spoiled:division", "spoiled:room:"))


def named(account: str) -> dict[str, str]:
    """Return an account as the parameters of the message `ledger-account`: its kind, and the place or party in it."""
    kind, *rest = account.split(":")
    inner = kind in ("spoiled", "printed", "outside") and rest and (rest[0] in _INNER or kind == "printed")
    if inner:
        kind, rest = f"{kind}-{rest[0]}", rest[1:]
    return {"account": kind, "place": rest[-1].replace(">", " > ") if rest else ""}


def may_hold(account: str, balance: int) -> bool:
    """Tell whether an account may have this balance; the trigger of the entry table says the same in SQL."""
    if account.startswith(("outside:", "transfer:")) or account == DISCREPANCY:
        return True
    if account.startswith("loan_in:"):
        return balance <= 0
    return balance >= 0


def _name(text: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > _LONGEST_NAME:
        raise BadInput("ledger-name-wrong", name=text[:_LONGEST_NAME])
    return cleaned
