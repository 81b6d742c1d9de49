"""The composition root: the one place where the concrete classes of all rooms meet.

Services are built when first read, so that the app paints before the heavy rooms load.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from station.config import KitConfig
from station.devices.kit import Kit
from station.domain.clock import Clock, SystemClock
from station.domain.identifiers import IdSource, RandomIds
from station.keys.keystore import KitKeys, create_keystore, unlock_keystore
from station.keys.locks import new_recovery_code
from station.keys.tpm import find_tpm
from station.memory import keep_memory_flat
from station.messages.catalogue import Catalogue
from station.store.database import Database, open_database
from station.store.schema import create_schema

if TYPE_CHECKING:
    from station.capture.backup import Backup
    from station.capture.extracts import SiakExtracts
    from station.capture.finger_sign_in import FingerSignIn
    from station.capture.recording import Recording
    from station.capture.retention import Retention
    from station.capture.review import Review
    from station.capture.sessions import SessionBook
    from station.devices.check import KitCheck
    from station.keys.letters import LetterBox, OfficeTrust
    from station.ledger.book import BlankBook
    from station.print.event_photos import EventPhotos
    from station.print.handover import HandOver
    from station.print.production import CardProduction
    from station.print.queue import PrintQueue
    from station.registers.province import Province
    from station.registers.writer import RegisterWriter
    from station.roster.importing import RosterImport
    from station.roster.office_lists import OfficeLists
    from station.roster.rosters import Rosters
    from station.staff.audit import AuditLog
    from station.staff.book import StaffBook
    from station.staff.roster import StaffRoster
    from station.sync.engine import SyncEngine
    from station.sync.loop import SyncLoop

_CHIP_PROFILE = "ocp1"


class StationServices:
    """Everything the app, the command line and the rehearsal may call."""

    def __init__(
        self,
        config: KitConfig,
        keys: KitKeys,
        database: Database,
        clock: Clock,
        ids: IdSource,
        catalogue: Catalogue,
        fresh_recovery_code: str = "",
    ) -> None:
        self.config = config
        self.keys = keys
        self.database = database
        self.clock = clock
        self.ids = ids
        self.catalogue = catalogue
        self.fresh_recovery_code = fresh_recovery_code
        """The code that opens the kit's keys without this machine; only when they were made just now."""

    @cached_property
    def kit(self) -> Kit:
        """Return the devices."""
        return Kit(self.config)

    @cached_property
    def audit(self) -> AuditLog:
        """Return the chained log of actions."""
        from station.staff.audit import AuditLog

        return AuditLog(self.database, self.clock, self.keys.signer)

    @cached_property
    def staff(self) -> StaffBook:
        """Return who works here."""
        from station.staff.book import StaffBook

        return StaffBook(self.database, self.clock, self.ids, self.audit, tell_finger=self.staff_roster.tell_finger)

    @cached_property
    def staff_roster(self) -> StaffRoster:
        """Return the office's list of who works here, and whether it still holds."""
        from station.staff.roster import StaffRoster

        return StaffRoster(self.database, self.clock, self.ids, self.audit, self._letters)

    @cached_property
    def finger_sign_in(self) -> FingerSignIn:
        """Return the second factor of the staff."""
        from station.capture.finger_sign_in import FingerSignIn

        capture = self.config.capture
        return FingerSignIn(self.staff, self.kit, self.audit, capture.match_threshold, capture.finger_quality_min)

    @cached_property
    def roster_import(self) -> RosterImport:
        """Return the reader of school workbooks."""
        from station.roster.importing import RosterImport

        return RosterImport(self.database, self.clock, self.ids, self.config.time_zone)

    @cached_property
    def rosters(self) -> Rosters:
        """Return schools and students."""
        from station.roster.rosters import Rosters

        return Rosters(self.database, self.clock, self.ids, self.config.time_zone)

    @cached_property
    def sessions(self) -> SessionBook:
        """Return recording sessions and attendance."""
        from station.capture.sessions import SessionBook

        return SessionBook(self.database, self.clock, self.ids, self.audit, self.config.time_zone, self.config.kit_id)

    @cached_property
    def recording(self) -> Recording:
        """Return the six capture steps."""
        from station.capture.recording import Recording

        return Recording(
            self.database,
            self.kit,
            self.clock,
            self.ids,
            self.audit,
            self.keys,
            self.config.data_dir,
            self.config.time_zone,
            self.catalogue,
            self.config.capture,
            self.config.kit_id,
            self.config.letterhead.regency_code,
            version("station"),
            may_begin=self.staff_roster.require_current,
        )

    @cached_property
    def backup(self) -> Backup:
        """Return the backup to an external medium."""
        from station.capture.backup import Backup

        return Backup(
            self.database,
            self.clock,
            self.ids,
            self.audit,
            self.keys,
            self.config.data_dir,
            self.config.kit_id,
            version("station"),
            self.recording.sealer.paused,
        )

    @cached_property
    def extracts(self) -> SiakExtracts:
        """Return the registry's extracts."""
        from station.capture.extracts import SiakExtracts

        return SiakExtracts(self.database, self.clock, self.ids, self.audit)

    @cached_property
    def blanks(self) -> BlankBook:
        """Return the book of blank cards."""
        from station.ledger.book import BlankBook

        return BlankBook(
            self.database, self.keys.signer, self.clock, self.ids, self.config.kit_id, self.config.time_zone
        )

    @cached_property
    def print_queue(self) -> PrintQueue:
        """Return the cards that wait, with their gates."""
        from station.print.queue import PrintQueue

        return PrintQueue(
            self.database,
            self.clock,
            self.ids,
            self.audit,
            self.config.time_zone,
            self.keys.sealing_identity,
            self._centre_key,
        )

    @cached_property
    def production(self) -> CardProduction:
        """Return the maker of one card at a time."""
        from station.print.chip.profile import load_profile
        from station.print.production import CardProduction

        return CardProduction(
            self.database,
            kit=self.kit,
            book=self.blanks,
            queue=self.print_queue,
            audit=self.audit,
            clock=self.clock,
            ids=self.ids,
            config=self.config.printing,
            zone=self.config.time_zone,
            station_id=self.config.kit_id,
            city=self.config.letterhead.city,
            profile=load_profile(_CHIP_PROFILE),
        )

    @cached_property
    def registers(self) -> RegisterWriter:
        """Return the writer of registers and reports."""
        from station.registers.writer import RegisterWriter

        return RegisterWriter(
            self.database, self.blanks, self.catalogue, self.config.letterhead, self.config.time_zone, self.clock
        )

    @cached_property
    def province(self) -> Province:
        """Return the share-outs of blanks among regencies."""
        from station.registers.province import Province

        return Province(self.database, self.audit, self.clock, self.ids, lambda: self.registers.head)

    @cached_property
    def check(self) -> KitCheck:
        """Return the go or no-go of the kit."""
        from station.devices.check import KitCheck

        return KitCheck(self.kit, self.config, self.clock)

    @cached_property
    def handover(self) -> HandOver:
        """Return the hand-over of cards; with a module and a desk reader the finger is matched against the chip."""
        from station.print.handover import HandOver

        return HandOver(
            self.database,
            kit=self.kit,
            queue=self.print_queue,
            audit=self.audit,
            clock=self.clock,
            ids=self.ids,
            zone=self.config.time_zone,
            photos=self.event_photos,
            desk=self.production,
            match_threshold=self.config.capture.match_threshold,
        )

    @cached_property
    def event_photos(self) -> EventPhotos:
        """Return the photos of hand-overs."""
        from station.print.event_photos import EventPhotos

        folder, days = self.config.data_dir / "handover-photos", self.config.printing.event_photo_days
        return EventPhotos(self.database, self.audit, self.clock, folder, self.keys.sealing_identity, days)

    @cached_property
    def retention(self) -> Retention:
        """Return the three counts, and the purge of what the office has acknowledged."""
        from station.capture.retention import Retention

        return Retention(self.recording.desk, self.config.data_dir, self.config.capture.retention_days)

    @cached_property
    def review(self) -> Review:
        """Return the supervisor's review at the end of the day."""
        from station.capture.review import Review

        return Review(self.recording.desk)

    @cached_property
    def sync(self) -> SyncEngine:
        """Return the exchange with the office."""
        from station.sync.engine import SyncEngine

        handlers = {
            "siak_extract": self.extracts.apply_siak_extract,
            "print_record": self.print_queue.apply_print_record,
            "policy": self.print_queue.apply_policy,
            "staff_roster": self.staff_roster.apply,
            "school_roster": self._office_lists().apply,
        }
        return SyncEngine(self.database, self.kit, self.config, self.keys, handlers, self.clock, self.ids, self.blanks)

    @cached_property
    def sync_loop(self) -> SyncLoop | None:
        """Return the exchange that goes on by itself; None where kit.toml names no office or wants it by hand."""
        from station.sync.links import Links
        from station.sync.loop import SyncLoop

        links = Links(self.config.office, self.kit)
        return SyncLoop(self.sync, links) if links.any and self.config.office.automatic else None

    def close(self) -> None:
        """Fold the database's log and close it; devices are closed by `aclose` where a loop runs."""
        self.database.close()

    def put_in_order(self) -> None:
        """Settle what a power cut left and forget what has done its duty; for the start of the program.

        Captures without a row are adopted, sittings that could not be sealed are tried again, local packets go
        once the office has signed for them and the retention time is over, photos of hand-overs once theirs is.
        May be repeated.
        """
        self.recording.recover()
        self.recording.sealer.seal_pending("kit")
        self.retention.purge()
        self.event_photos.purge()

    async def aclose(self) -> None:
        """Give the devices back."""
        if "production" in self.__dict__:
            await self.production.close()
        if "kit" in self.__dict__:
            await self.kit.close()

    def _office_lists(self) -> OfficeLists:
        from station.roster.office_lists import OfficeLists

        return OfficeLists(self.clock, self.ids, self.audit, self._letters)

    @cached_property
    def _letters(self) -> LetterBox:
        from station.keys.letters import LetterBox

        return LetterBox(self.keys.sealing_identity, self._office_trust)

    def _office_trust(self) -> OfficeTrust:
        """Return what pairing brought; raises NotAllowed when this kit is not paired."""
        from station.capture.sealing import read_recipients
        from station.keys.letters import OfficeTrust
        from station.sync.trust import load_trust

        trust = load_trust(self.config.data_dir / "trust")
        recipient = read_recipients(self.config.data_dir / "trust" / "recipients.json")[0]
        return OfficeTrust(trust.kit_id, trust.office_public, recipient)

    def _centre_key(self) -> bytes | None:
        path = self.config.data_dir / "trust" / "centre.der"
        return path.read_bytes() if path.exists() else None


def open_station(
    config: KitConfig,
    passphrase: str,
    catalogue: Catalogue | None = None,
    clock: Clock | None = None,
    ids: IdSource | None = None,
) -> StationServices:
    """Unlock the kit's keys and database; a kit that has neither yet is made.

    Raises NotAllowed on a wrong passphrase and StorageFailure when only one of the two is there.
    """
    keep_memory_flat()
    keys, recovery_code = _keys(config, passphrase)
    _load_tables()
    database = open_database(config.data_dir / "station.db", keys.database_key)
    create_schema(database)
    words = catalogue or Catalogue(config.language)
    return StationServices(config, keys, database, clock or SystemClock(), ids or RandomIds(), words, recovery_code)


def is_new(config: KitConfig) -> bool:
    """Tell whether this kit was never set up."""
    return not (config.data_dir / "keys.json").exists() and not (config.data_dir / "station.db").exists()


def _keys(config: KitConfig, passphrase: str) -> tuple[KitKeys, str]:
    """Return the kit's keys, and the recovery code of keys that were made just now for this machine's TPM only."""
    path = config.data_dir / "keys.json"
    tpm = find_tpm(config.tpm)
    if path.exists() or (config.data_dir / "station.db").exists():
        return unlock_keystore(path, passphrase, tpm), ""
    recovery_code = "" if tpm is None else new_recovery_code()
    return create_keystore(path, passphrase, tpm, recovery_code), recovery_code


def _load_tables() -> None:
    """Import every module that declares tables, so that the schema is whole whatever is used first."""
    import pkgutil
    from importlib import import_module

    import station.ledger.tables
    import station.store

    for module in pkgutil.iter_modules(station.store.__path__, "station.store."):
        import_module(module.name)
