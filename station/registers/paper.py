"""What all documents share: letterhead, footer, who signs, and the frame around a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from station.config import LetterheadConfig
from station.messages.catalogue import Catalogue
from station.registers.document import Block, Document, Facts, Letterhead, Signature, Signatures
from station.registers.logo import logo_png


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is, in which language, made when (local time)."""

    config: LetterheadConfig
    catalogue: Catalogue
    made_at: datetime

    def words(self, message_id: str, **params: object) -> str:
        """Return a text of this room's part of the catalogue."""
        return self.catalogue.text(f"registers-{message_id}", **params)

    def document(
        self,
        kind: str,
        suffix: str,
        blocks: tuple[Block, ...],
        subtitles: tuple[str, ...] = (),
        landscape: bool = False,
        title: str = "",
    ) -> Document:
        """Return a document of a kind named in the catalogue (`registers-<kind>-file`, `registers-<kind>-title`)."""
        stem = self.words(f"{kind}-file")
        return Document(
            name=f"{stem}-{suffix}" if suffix else stem,
            title=title or self.words(f"{kind}-title"),
            subtitles=subtitles,
            letterhead=letterhead(self.config),
            landscape=landscape,
            blocks=blocks,
            footer=self.words("footer", at=f"{self.made_at:%d-%m-%Y %H.%M}"),
            language=self.catalogue.language,
            made_at=self.made_at,
        )

    def place_and_date(self, day: date | None = None) -> str:
        """Return place and date above signatures."""
        return f"{self.config.city}, {self.catalogue.long_date(day or self.made_at.date())}"

    def office_head(self, day: date | None = None) -> Signatures:
        """Return the signature of the head of the office."""
        return Signatures(self.place_and_date(day), (self.head_person(),))

    def head_person(self) -> Signature:
        """Return the head of the office as one who signs."""
        config = self.config
        return Signature(config.head_title, config.head_name, config.head_rank, config.head_nip)

    def parties(self, other_office: str, ours_first: bool = True) -> Facts:
        """Return the two parties of an official record: ours by name, the other to be filled in."""
        config = self.config
        ours = self.words("party", name=config.head_name, number=config.head_nip, title=config.head_title,
                          office=config.office)  # fmt: skip
        theirs = self.words("party-open", office=other_office)
        first, second = (ours, theirs) if ours_first else (theirs, ours)
        return Facts(((self.words("first-party"), first), (self.words("second-party"), second)))

    def signed_by(self, *people: tuple[str, str], day: date | None = None) -> Signatures:
        """Return several people who sign, each as role (a message of this room) and name; no name leaves a line."""
        return Signatures(self.place_and_date(day), tuple(Signature(self.words(role), name) for role, name in people))


def letterhead(config: LetterheadConfig) -> Letterhead:
    """Return the head of the office's paper."""
    lines = (f"PEMERINTAH {config.regency}", config.office)
    return Letterhead(lines, f"{config.address}, {config.city}", logo_png(config.logo_file))
