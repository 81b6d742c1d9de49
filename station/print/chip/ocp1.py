"""OCP-1, the open chip profile: ISO 7816-4 files, SCP03 through the module, a signed security object.

Order of writing: mark OPEN for the intent, files, read back, security object, SEAL. The
card itself compares the digest of its files before it seals, so a torn card is OPEN or
whole. The format is described in docs/formats/chip-ocp1.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from station.devices.smartcard.interface import CardChannel
from station.domain.errors import Refused, Tampered
from station.print.chip import ocp1_wire as wire
from station.print.chip import tlv
from station.print.chip.data_groups import PreparedGroups, prepare_groups, read_groups
from station.print.chip.ocp1_session import SecureSession, exchange
from station.print.chip.ocp1_wire import ChipState, ElementaryFile, Instruction, PersonalisationMark, SamState
from station.print.chip.profile import CHIP as CARD
from station.print.chip.profile import MODULE as SAM
from station.print.chip.profile import (
    ChipMark,
    ChipRecord,
    ChipWitness,
    PreparedChip,
    Progress,
    SamReport,
    VerifiedChip,
)
from station.print.chip.security_object import PROFILE_VERSION, check_object, unsigned_object
from station.print.chip.signer import CardTrust, SignerFacts, check_signer

_MARKS = {
    ChipState.BLANK: ChipMark.BLANK,
    ChipState.OPEN: ChipMark.OPEN,
    ChipState.SEALED: ChipMark.SEALED,
    ChipState.VOID: ChipMark.VOID,
}
_MOST_CERTIFICATE_PARTS = 8
_SIGNED_FILES = tuple(file for file in wire.SEALED_FILES if file is not ElementaryFile.SOD)


class OpenChipProfile:
    """The open profile; its keys are in the module, and test modules say that they are."""

    @property
    def name(self) -> str:
        """Return `OCP-1`."""
        return PROFILE_VERSION

    def prepare(self, record: ChipRecord) -> PreparedChip:
        """Make the file contents of one chip."""
        groups = prepare_groups(record)
        return PreparedChip(groups, groups.byte_count, groups.photo_size, groups.photo_quality)

    async def sam_report(self, sam: CardChannel) -> SamReport:
        """Return state and counters of the module."""
        await exchange(SAM, "select", sam, wire.select_application(wire.SAM_APPLICATION))
        answer = await exchange(SAM, "status", sam, wire.command(0x80, Instruction.SAM_STATUS, 0, 0, le=True))
        state = SamState.decode(answer)
        return SamReport(
            state.serial,
            state.activated,
            state.test_keys,
            state.blocked,
            state.pin_tries,
            state.sessions,
            state.signatures,
        )

    async def activate_sam(self, sam: CardChannel, pin: str, station_id: str) -> SamReport:
        """Present the PIN and bind the module to this station."""
        await exchange(SAM, "select", sam, wire.select_application(wire.SAM_APPLICATION))
        secret = pin.encode()
        body = bytes([len(secret)]) + secret + station_id.encode()[: wire.STATION_BYTES]
        await exchange(SAM, "activate", sam, wire.command(0x80, Instruction.SAM_ACTIVATE, 0, 0, body))
        return await self.sam_report(sam)

    async def signer(self, sam: CardChannel, trust: CardTrust) -> SignerFacts:
        """Return whose certificate the module signs with, its chain checked."""
        await exchange(SAM, "select", sam, wire.select_application(wire.SAM_APPLICATION))
        return check_signer(await _certificate(sam), trust, "sam")

    async def witness(self, card: CardChannel) -> ChipWitness:
        """Select the application and read serial and mark; a card without it is foreign."""
        serial = await _select_card(card)
        mark = await _mark(card)
        return ChipWitness(serial.hex().upper(), _MARKS[mark.state], mark.intent_id, mark.station_id, mark.counter)

    async def personalise(
        self,
        sam: CardChannel,
        card: CardChannel,
        prepared: PreparedChip,
        intent_id: str,
        station_id: str,
        trust: CardTrust,
        on_progress: Progress | None = None,
    ) -> None:
        """Write and seal; a chip this intent has sealed already is left as it is."""
        groups = cast("PreparedGroups", prepared.content)
        serial = await _select_card(card)
        mark = await _mark(card)
        if mark.state is ChipState.SEALED and mark.intent_id == intent_id:
            return
        if mark.state is not ChipState.BLANK and (mark.state is not ChipState.OPEN or mark.intent_id != intent_id):
            raise Refused("chip-not-blank", serial=serial.hex().upper())
        certificate = await _certificate(sam)
        signer = check_signer(certificate, trust, "sam")
        session = SecureSession(sam, card)
        await session.open(serial, wire.PERSONALISATION_KEYS)
        await session.transmit("begin", wire.begin(intent_id, station_id))
        files = dict(groups.files)
        await _write(session, files, on_progress)
        unsigned = unsigned_object(files, serial, signer, certificate, trust.at)
        files[ElementaryFile.SOD] = unsigned.signed(await _sign(sam, unsigned.digest))
        await _write(session, {ElementaryFile.SOD: files[ElementaryFile.SOD]}, None)
        for file, content in files.items():
            if await session.read(file) != content:
                raise Tampered("chip-read-back-differs", file=file.name)
        await session.transmit("seal", wire.seal(wire.files_digest(files)))

    async def verify(
        self, sam: CardChannel, card: CardChannel, trust: CardTrust, expected: PreparedChip | None = None
    ) -> VerifiedChip:
        """Read every file with the reading keys, check mark, certificate chain, signature and content."""
        serial = await _select_card(card)
        if (await _mark(card)).state is not ChipState.SEALED:
            raise Tampered("chip-not-sealed")
        session = SecureSession(sam, card)
        await session.open(serial, wire.READ_KEYS)
        files: dict[ElementaryFile, bytes] = {file: await session.read(file) for file in _SIGNED_FILES}
        signer = check_object(await session.read(ElementaryFile.SOD), files, serial, trust)
        if expected is not None and files != dict(cast("PreparedGroups", expected.content).files):
            raise Tampered("chip-other-record")
        return VerifiedChip(serial.hex().upper(), read_groups(files), signer)

    async def void(self, sam: CardChannel, card: CardChannel) -> None:
        """Mark the chip void; its files are emptied by the card."""
        serial = await _select_card(card)
        session = SecureSession(sam, card)
        await session.open(serial, wire.PERSONALISATION_KEYS)
        await session.transmit("void", wire.void())


async def _select_card(card: CardChannel) -> bytes:
    await exchange(CARD, "select", card, wire.select_application(wire.CARD_APPLICATION))
    answer = await exchange(CARD, "serial", card, wire.read_serial())
    return tlv.find(answer, wire.SERIAL_TAG)


async def _mark(card: CardChannel) -> PersonalisationMark:
    await exchange(CARD, "select", card, wire.select_file(ElementaryFile.PERSO))
    return PersonalisationMark.decode(await exchange(CARD, "read", card, wire.read_binary(0)))


async def _write(session: SecureSession, files: Mapping[ElementaryFile, bytes], on_progress: Progress | None) -> None:
    total, done = sum(len(content) for content in files.values()), 0
    for file, content in files.items():
        await session.transmit("select", wire.select_file(file))
        for start in range(0, len(content), wire.MOST_PLAIN_BYTES):
            part = content[start : start + wire.MOST_PLAIN_BYTES]
            await session.transmit("write", wire.update_binary(start, part))
            done += len(part)
            if on_progress is not None:
                on_progress(done, total)


async def _certificate(sam: CardChannel) -> bytes:
    certificate = b""
    for part in range(_MOST_CERTIFICATE_PARTS):
        found = await exchange(SAM, "certificate", sam, wire.read_certificate(part))
        certificate += found
        if len(found) < wire.CERTIFICATE_PART_BYTES:
            break
    return certificate


async def _sign(sam: CardChannel, digest: bytes) -> bytes:
    return await exchange(SAM, "sign", sam, wire.command(0x80, Instruction.SAM_SIGN, 0, 0, digest, le=True))
