"""Giving a card to its holder in person: envelope, gate again, finger or signature, receipt. No proxies.

Works without network. What can be learned of the card decides what the finger is compared
with: beside an unlocked module the template on its verified chip; without one the chip's
templates are closed to everybody, and a desk reader tells only its serial and seal, so the
same template in the record serves. The receipt says which of the two it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Protocol
from zoneinfo import ZoneInfo

from station.devices.camera.interface import Camera
from station.devices.errors import DeviceRefused, DeviceUnavailable
from station.devices.fingerprint.interface import FingerPreview, FingerprintScanner, FingerRequest
from station.devices.signature.interface import SignaturePad, SignatureRequest
from station.domain.card import CARD_AGE, may_have_card
from station.domain.clock import Clock, local_date
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.identifiers import IdSource
from station.domain.person import birthday_in_year
from station.domain.sample import Finger, GreyImage, PenSample
from station.domain.staff import Actor, Role
from station.domain.status import RecordStatus
from station.print.announcements import announce
from station.print.chip.profile import ChipMark, FingerTemplate, VerifiedChip
from station.print.event_photos import EventPhotos, event_jpeg
from station.print.queue import JobState, PrintQueue
from station.print.records import PrintRecord
from station.print.room import NO_CARD, DeskCard
from station.staff.audit import AuditLog
from station.staff.permission import require
from station.store import print_cards as rows
from station.store import print_jobs as jobs
from station.store import rosters
from station.store.database import Database
from station.store.print_cards import CardRow, ReceiptRow

GIVERS = (Role.PRINT_OPERATOR, Role.FIELD_OPERATOR, Role.VERIFIER, Role.SUPERVISOR)
_SIGNATURE_SIZE = (480, 160)


class CardCheck(Enum):
    """What is learned of a card before it is given: its whole chip, serial and seal alone, nothing without a reader."""

    CHIP = "chip"
    SERIAL = "serial"
    NONE = "none"


class HandOverWay(Enum):
    """How the holder was recognised: by the template on the chip, by that of the record, by signature."""

    FINGER_CHIP = "sidik_jari_cip"
    FINGER = "sidik_jari"
    SIGNATURE = "tanda_tangan"


OnFinger = Callable[[Finger, HandOverWay], None]


class CardPlace(Enum):
    """Where a printed card is."""

    CUSTODY = "di_kantor"
    INSPECTED = "diperiksa"
    CARRIED = "dibawa"
    RETURNED = "kembali"
    ISSUED = "diserahkan"


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A printed card as the envelope list shows it; `problem` says why it may not be given today."""

    job_id: str
    serial: str
    nik: str
    name: str
    printed_at: datetime
    place: CardPlace
    problem: str
    problem_params: Mapping[str, object]
    fingers: tuple[Finger, ...]


class DeskCards(Protocol):
    """The desk reader, with the module where one is unlocked."""

    @property
    def module_open(self) -> bool:
        """Tell whether a module was unlocked."""

    @property
    def has_desk_reader(self) -> bool:
        """Tell whether a desk reader is configured."""

    async def desk_card(self) -> DeskCard:
        """Return what the card on the desk says of itself; raises DeviceError when it cannot be asked."""


class HandOverKit(Protocol):
    """Where the devices in use come from."""

    def fingerprint(self) -> FingerprintScanner:
        """Return the fingerprint scanner in use."""

    def signature(self) -> SignaturePad:
        """Return the signature pad in use."""

    def camera(self) -> Camera:
        """Return the camera in use."""


class HandOver:
    """Envelopes, hand-over and the receipt register."""

    def __init__(
        self,
        database: Database,
        *,
        kit: HandOverKit,
        queue: PrintQueue,
        audit: AuditLog,
        clock: Clock,
        ids: IdSource,
        zone: ZoneInfo,
        photos: EventPhotos,
        desk: DeskCards | None = None,
        match_threshold: float = 70.0,
    ) -> None:
        self._database = database
        self._kit = kit
        self._queue = queue
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._zone = zone
        self._photos = photos
        self._desk = desk
        self._match_threshold = match_threshold

    @property
    def check(self) -> CardCheck:
        """Return what will be learned of the next card."""
        if self._desk is None or not self._desk.has_desk_reader:
            return CardCheck.NONE
        return CardCheck.CHIP if self._desk.module_open else CardCheck.SERIAL

    def cards(self, school_id: str | None = None) -> list[WaitingCard]:
        """Return printed cards not yet given, all or those of one school's students, by name."""
        with self._database.read() as connection:
            printed = rows.cards(connection, JobState.PRINTED.value)
            places = rows.newest_custody(connection)
            if school_id is not None:
                listed = {student.nik for student in rosters.students(connection, school_id)}
                printed = [card for card in printed if card.nik in listed]
        return sorted((self._waiting(card, places) for card in printed), key=lambda card: card.name)

    def inspect(self, actor: Actor, job_id: str) -> None:
        """Note that a card was looked at (count, photo, text) and put into its envelope."""
        self._note(actor, [job_id], CardPlace.INSPECTED, "")

    def carry(self, actor: Actor, job_ids: Iterable[str], destination: str) -> None:
        """Take cards along to a school."""
        self._note(actor, job_ids, CardPlace.CARRIED, destination)

    def bring_back(self, actor: Actor, job_ids: Iterable[str], reason: str) -> None:
        """Put cards nobody collected back into custody."""
        self._note(actor, job_ids, CardPlace.RETURNED, reason)

    def refuse_proxy(self, actor: Actor, job_id: str, who_came: str) -> None:
        """Note that somebody else came for a card; it stays here."""
        require(actor, *GIVERS)
        self._card(job_id)
        with self._database.write() as connection:
            rows.add_custody(connection, job_id, rows.PROXY_REFUSED, who_came, actor.staff_id, self._clock.now())
            self._audit.write(actor.staff_id, "handover-proxy-refused", job_id)

    async def take_photo(self, actor: Actor) -> bytes:
        """Return a photo of the event as JPEG; it is kept only with the receipt it is given to. May be repeated."""
        require(actor, *GIVERS)
        return await asyncio.to_thread(event_jpeg, await self._kit.camera().still())

    def open_photo(self, actor: Actor, receipt_id: str) -> bytes:
        """Return the photo kept with a receipt as JPEG, and note who looked; raises NotFound when there is none."""
        return self._photos.open(actor, receipt_id)

    async def by_finger(
        self,
        actor: Actor,
        job_id: str,
        finger: Finger | None = None,
        on_preview: Callable[[FingerPreview], None] | None = None,
        photo: bytes | None = None,
        on_finger: OnFinger | None = None,
    ) -> ReceiptRow:
        """Give the card when the finger matches 1:1; raises Refused with the score when it does not.

        `on_finger` learns which finger is asked for, once the card is known to be the right one, and what it will be
        compared with.
        """
        card, record = self._open(actor, job_id)
        template, way = await self._template(card, record, finger)
        if on_finger is not None:
            on_finger(template.finger, way)
        request = FingerRequest.of_single(template.finger)
        capture = await self._kit.fingerprint().capture(request, on_preview)
        score = await asyncio.to_thread(_score, capture.images[0].image, template.data)
        if score < self._match_threshold:
            self._audit.write(actor.staff_id, "handover-finger-differs", job_id, score=round(score), way=way.value)
            raise Refused("handover-finger-differs", score=round(score), needed=round(self._match_threshold))
        return self._give(actor, card, way, score, "", b"", photo)

    async def by_signature(
        self,
        actor: Actor,
        job_id: str,
        reason: str,
        on_sample: Callable[[PenSample], None] | None = None,
        photo: bytes | None = None,
    ) -> ReceiptRow:
        """Give the card against a signature on the pad; a reason must say why no finger served."""
        card, _record = self._open(actor, job_id)
        if not reason.strip():
            raise BadInput("handover-signature-needs-reason")
        await self._presented(card)
        capture = await self._kit.signature().capture(SignatureRequest((card.name,)), on_sample)
        picture = await asyncio.to_thread(_picture, capture.samples)
        return self._give(actor, card, HandOverWay.SIGNATURE, 0.0, reason.strip(), picture, photo)

    def receipts(self, school_id: str | None = None) -> list[ReceiptRow]:
        """Return the receipt register, all or of one school's students."""
        with self._database.read() as connection:
            found = rows.receipts(connection)
            if school_id is None:
                return found
            listed = {student.nik for student in rosters.students(connection, school_id)}
        return [row for row in found if row.nik in listed]

    def _open(self, actor: Actor, job_id: str) -> tuple[CardRow, PrintRecord]:
        require(actor, *GIVERS)
        card = self._card(job_id)
        record = self._queue.record_of(job_id)
        problem, params = self._problem(record)
        if problem:
            raise Refused(problem, **params)
        return card, record

    def _card(self, job_id: str) -> CardRow:
        with self._database.read() as connection:
            found = rows.card(connection, job_id)
        if found is None:
            raise NotFound("handover-no-card")
        if found.state == JobState.ISSUED.value:
            raise Refused("handover-given-already")
        return found

    def _problem(self, record: PrintRecord) -> tuple[str, dict[str, object]]:
        day = local_date(self._clock.now(), self._zone)
        biodata = record.biodata
        if not may_have_card(biodata.birth_date, biodata.marital_status, day):
            return "print-gate-under-age", {"day": birthday_in_year(biodata.birth_date, CARD_AGE)}
        return "", {}

    async def _template(
        self, card: CardRow, record: PrintRecord, finger: Finger | None
    ) -> tuple[FingerTemplate, HandOverWay]:
        chip = await self._presented(card)
        templates, way = record.templates, HandOverWay.FINGER
        if chip is not None:
            templates, way = chip.record.templates, HandOverWay.FINGER_CHIP
        chosen = [template for template in templates if finger is None or template.finger is finger]
        if not chosen:
            raise Refused("handover-no-finger")
        return chosen[0], way

    async def _presented(self, card: CardRow) -> VerifiedChip | None:
        """Check the card on the desk reader, as far as it can be; raises Refused when it is another or none.

        None is returned where the chip stays closed: without a module, or without a reader that answers.
        """
        if self._desk is None or self.check is CardCheck.NONE:
            return None
        try:
            shown = await self._desk.desk_card()
        except DeviceUnavailable:
            return None
        except DeviceRefused as error:
            if error.code == NO_CARD:
                raise Refused("handover-lay-card") from error
            raise
        if shown.serial != card.serial:
            raise Refused("print-serial-differs", serial=shown.serial, expected=card.serial)
        if shown.mark is not ChipMark.SEALED:
            raise Refused("handover-card-not-whole", serial=shown.serial)
        return shown.chip

    def _give(
        self,
        actor: Actor,
        card: CardRow,
        way: HandOverWay,
        score: float,
        reason: str,
        signature: bytes,
        photo: bytes | None,
    ) -> ReceiptRow:
        at = self._clock.now()
        with self._database.write() as connection:
            job = jobs.job(connection, card.job_id)
            if job is None or job.state != JobState.PRINTED.value:
                raise Refused("handover-given-already")
            receipt = ReceiptRow(
                receipt_id=self._ids.new(),
                job_id=card.job_id,
                serial=card.serial,
                nik=card.nik,
                name=card.name,
                way=way.value,
                score=score,
                reason=reason,
                signature_png=signature,
                actor_id=actor.staff_id,
                printed_at=card.printed_at,
                at=at,
            )
            rows.add_receipt(connection, receipt)
            if photo is not None:
                receipt = replace(receipt, photo=self._photos.attach(connection, receipt.receipt_id, photo, at))
            jobs.change_job(connection, card.job_id, state=JobState.ISSUED.value)
            announce(connection, self._ids.new(), card.nik, RecordStatus.CARD_ISSUED, card.serial, at)
            self._audit.write(actor.staff_id, "handover-given", card.job_id, way=way.value, serial=card.serial)
        return receipt

    def _note(self, actor: Actor, job_ids: Iterable[str], place: CardPlace, note: str) -> None:
        require(actor, *GIVERS)
        chosen = list(job_ids)
        for job_id in chosen:
            self._card(job_id)
        with self._database.write() as connection:
            for job_id in chosen:
                rows.add_custody(connection, job_id, place.value, note, actor.staff_id, self._clock.now())
                self._audit.write(actor.staff_id, f"card-{place.name.lower()}", job_id)

    def _waiting(self, card: CardRow, places: Mapping[str, str]) -> WaitingCard:
        record = self._queue.record_of(card.job_id)
        problem, params = self._problem(record)
        known = {place.value for place in CardPlace}
        place = places.get(card.job_id, CardPlace.CUSTODY.value)
        return WaitingCard(
            card.job_id,
            card.serial,
            card.nik,
            card.name,
            card.printed_at,
            CardPlace(place) if place in known else CardPlace.CUSTODY,
            problem,
            params,
            tuple(template.finger for template in record.templates),
        )


def _score(image: GreyImage, template: bytes) -> float:
    from station.biometrics.finger.matching import match_score
    from station.biometrics.finger.minutiae import extract
    from station.biometrics.records.finger_minutiae import decode_card_minutiae

    return match_score(extract(image), decode_card_minutiae(template))


def _picture(samples: tuple[PenSample, ...]) -> bytes:
    from station.biometrics.signature.raster import raster_signature, signature_png

    return signature_png(raster_signature(samples, *_SIGNATURE_SIZE))
