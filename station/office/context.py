"""What every part of the office server shares: database, storage, keys, clock, ids, folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from station.domain.clock import Clock
from station.domain.identifiers import IdSource
from station.office.centre_link import CentreLink
from station.office.database import OfficeDatabase
from station.office.keyring import OfficeSecrets
from station.office.storage import PacketStorage


@dataclass(frozen=True, slots=True)
class Office:
    """The office server's parts; stateless besides the database, the storage and half-received files."""

    database: OfficeDatabase
    storage: PacketStorage
    secrets: OfficeSecrets
    centre: CentreLink
    clock: Clock
    ids: IdSource
    data_dir: Path
    zone: ZoneInfo

    @property
    def incoming(self) -> Path:
        """Return the folder of half-received packets: always a local disk."""
        return self.data_dir / "incoming"

    def close(self) -> None:
        """Give database and connections back."""
        self.centre.close()
        self.database.close()
