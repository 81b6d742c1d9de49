"""What all documents share: letterhead, footer, who signs."""

from __future__ import annotations

from datetime import date, datetime

from station.config import LetterheadConfig
from station.messages.catalogue import Catalogue
from station.registers.document import Letterhead, Signature, Signatures


def letterhead(config: LetterheadConfig) -> Letterhead:
    """Return the head of the office's paper."""
    return Letterhead((f"PEMERINTAH {config.regency}", config.office), f"{config.address}, {config.city}")


def footer(catalogue: Catalogue, made_at: datetime) -> str:
    """Return the line at the foot of every page."""
    return catalogue.text("registers-footer", at=f"{made_at:%d-%m-%Y %H.%M}")


def place_and_date(config: LetterheadConfig, catalogue: Catalogue, day: date) -> str:
    """Return place and date above a signature."""
    return f"{config.city}, {catalogue.long_date(day)}"


def office_head(config: LetterheadConfig, catalogue: Catalogue, day: date) -> Signatures:
    """Return the signature of the head of the office."""
    person = Signature(config.head_title, config.head_name, config.head_rank, config.head_nip)
    return Signatures(place_and_date(config, catalogue, day), (person,))


def side_by_side(config: LetterheadConfig, catalogue: Catalogue, day: date, *people: tuple[str, str]) -> Signatures:
    """Return several people who sign, each as role and name; an empty name leaves a line."""
    return Signatures(place_and_date(config, catalogue, day), tuple(Signature(role, name) for role, name in people))
