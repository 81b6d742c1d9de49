"""Everything the screens may call, and nothing else.

The composition root hands over one object with these attributes. They may be
built when first read, so that the app opens before the heavy rooms are loaded.
The imports below exist for the type checker only, for the same reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from station.capture.backup import Backup
    from station.capture.extracts import SiakExtracts
    from station.capture.finger_sign_in import FingerSignIn
    from station.capture.recording import Recording
    from station.capture.sessions import SessionBook
    from station.config import KitConfig
    from station.devices.check import KitCheck
    from station.devices.kit import Kit
    from station.domain.clock import Clock
    from station.ledger.book import BlankBook
    from station.print.handover import HandOver
    from station.print.production import CardProduction
    from station.print.queue import PrintQueue
    from station.registers.province import Province
    from station.registers.writer import RegisterWriter
    from station.roster.importing import RosterImport
    from station.roster.rosters import Rosters
    from station.staff.audit import AuditLog
    from station.staff.book import StaffBook
    from station.staff.roster import StaffRoster
    from station.sync.engine import SyncEngine
    from station.sync.loop import SyncLoop


class Services(Protocol):
    """What the composition root gives the app."""

    @property
    def config(self) -> KitConfig:
        """Return the settings of kit.toml."""

    @property
    def fresh_recovery_code(self) -> str:
        """Return the recovery code of keys that were made just now, else nothing: it is shown once."""

    @property
    def clock(self) -> Clock:
        """Return the clock."""

    @property
    def kit(self) -> Kit:
        """Return the devices."""

    @property
    def staff(self) -> StaffBook:
        """Return who works here."""

    @property
    def staff_roster(self) -> StaffRoster:
        """Return the office's list of who works here."""

    @property
    def finger_sign_in(self) -> FingerSignIn:
        """Return the second factor of the staff."""

    @property
    def audit(self) -> AuditLog:
        """Return the chained log of actions."""

    @property
    def roster_import(self) -> RosterImport:
        """Return the reader of school workbooks."""

    @property
    def check(self) -> KitCheck:
        """Return the go or no-go of the kit."""

    @property
    def rosters(self) -> Rosters:
        """Return schools and students."""

    @property
    def sessions(self) -> SessionBook:
        """Return recording sessions and attendance."""

    @property
    def recording(self) -> Recording:
        """Return the six capture steps."""

    @property
    def backup(self) -> Backup:
        """Return the backup to an external medium."""

    @property
    def extracts(self) -> SiakExtracts:
        """Return the registry's extracts."""

    @property
    def blanks(self) -> BlankBook:
        """Return the book of blank cards."""

    @property
    def print_queue(self) -> PrintQueue:
        """Return the cards that wait, with their gates."""

    @property
    def production(self) -> CardProduction:
        """Return the maker of one card at a time."""

    @property
    def handover(self) -> HandOver:
        """Return the hand-over of cards to their holders."""

    @property
    def registers(self) -> RegisterWriter:
        """Return the writer of registers and reports."""

    @property
    def province(self) -> Province:
        """Return the share-outs of blanks among regencies."""

    @property
    def sync(self) -> SyncEngine:
        """Return the exchange with the office."""

    @property
    def sync_loop(self) -> SyncLoop | None:
        """Return the exchange that goes on by itself, None where it is done by hand."""
