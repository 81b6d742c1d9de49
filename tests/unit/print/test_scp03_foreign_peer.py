"""A foreign SCP03 implementation opens a session with our card, and our host with a card made of its arithmetic.

The foreign library has no card of its own; its card end here is put together from its key
derivation, its chained MAC and its ciphers, and from nothing of ours.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.reader import SlotReader
from simulators.cards.sam import Sam
from simulators.cards.slot import CardSlot
from simulators.cards.test_keys import TEST_PIN, card_keys
from station.domain.errors import StationError
from station.print.chip import ocp1_wire as wire
from station.print.chip.ocp1 import OpenChipProfile
from station.print.chip.ocp1_session import SecureSession
from station.print.chip.ocp1_wire import ElementaryFile
from station.print.chip.scp03 import FULL_SECURITY, HostSession, SessionKeys, StaticKeys

foreign = pytest.importorskip("yubikit.core.smartcard.scp", reason="the foreign SCP03 peer is a test dependency")
SERIAL = bytes.fromhex("04A1B2C3D4E5F6")


def _sender(card: ChipCard) -> Any:
    def send(class_byte: int, instruction: int, first: int, second: int, data: bytes) -> bytes:
        answer = card.process(wire.command(class_byte, instruction, first, second, data, le=True))
        assert answer[-2:] == b"\x90\x00"
        return answer[:-2]

    return send


def _protected(state: Any, card: ChipCard, plain: bytes) -> bytes:
    """Send a command as the foreign implementation protects it (it encrypts an empty field too)."""
    data = state.encrypt(plain[5:])
    header = bytes([plain[0] | 0x04, *plain[1:4], len(data) + 8]) + data
    answer = card.process(header + state.mac(header) + b"\x00")
    assert answer[-2:] == b"\x90\x00", answer.hex()
    body = state.unmac(answer[:-2], 0x9000)
    return bytes(state.decrypt(body)) if body else b""


def test_the_foreign_host_opens_a_session_with_our_card_and_writes_a_file() -> None:
    card = ChipCard(SERIAL)
    assert card.process(wire.select_application(wire.CARD_APPLICATION))[-2:] == b"\x90\x00"
    ours = card_keys(wire.PERSONALISATION_KEYS, SERIAL)
    keys = foreign.StaticKeys(ours.encryption, ours.mac, ours.data)
    reference = foreign.KeyRef(0x01, wire.PERSONALISATION_KEYS)
    state, cryptogram = foreign.ScpState.scp03_init(_sender(card), foreign.Scp03KeyParams(reference, keys))
    header = bytes([0x84, 0x82, FULL_SECURITY, 0x00, 0x10]) + cryptogram
    assert card.process(header + state.mac(header)) == b"\x90\x00"

    _protected(state, card, wire.begin("0" * 32, "K-UJI"))
    _protected(state, card, wire.select_file(ElementaryFile.DG1))
    _protected(state, card, wire.update_binary(0, b"ditulis oleh pihak lain"))
    assert _protected(state, card, wire.read_binary(0)[:4]) == b"ditulis oleh pihak lain"
    assert card.files[ElementaryFile.DG1] == b"ditulis oleh pihak lain"


def test_our_host_end_talks_to_the_foreign_card_end() -> None:
    keys = StaticKeys(bytes(range(16)), bytes(range(16, 32)), bytes(16))
    host_challenge, card_challenge = b"\x01" * 8, b"\x02" * 8
    session = SessionKeys.derive(keys, host_challenge, card_challenge)
    theirs = foreign.StaticKeys(keys.encryption, keys.mac, keys.data).derive(host_challenge + card_challenge)
    assert (theirs.key_senc, theirs.key_smac, theirs.key_srmac) == (
        session.encryption,
        session.mac,
        session.response_mac,
    )

    host = HostSession(session, FULL_SECURITY)
    peer = foreign.ScpState(theirs)
    authenticate = host.authenticate(session.cryptograms(host_challenge, card_challenge)[1])
    assert peer.mac(authenticate[:13]) == authenticate[13:]

    wrapped = host.wrap(wire.update_binary(3, b"dua ekor harimau"))
    assert peer.mac(wrapped[:-8]) == wrapped[-8:]
    assert peer.encrypt(b"dua ekor harimau") == wrapped[5:-8]


class ForeignCard:
    """A card whose secure channel is wholly the foreign library's; it has one file of plain bytes."""

    answer_to_reset = bytes.fromhex("3B8880014F43502D3100000049")

    def __init__(self, keys: StaticKeys, serial: bytes) -> None:
        self.content = b""
        self.commands: list[bytes] = []
        self._static = foreign.StaticKeys(keys.encryption, keys.mac, keys.data)
        self._serial = serial
        self._session: Any = None
        self._chain, self._counter, self._cryptogram = bytes(16), 0, b""

    def power_on(self) -> bytes:
        self._session, self._chain, self._counter = None, bytes(16), 0
        return self.answer_to_reset

    def power_off(self) -> None:
        self._session = None

    def process(self, apdu: bytes) -> bytes:
        if apdu[:2] == bytes([0x80, 0x50]):
            return self._initialise(apdu[2], apdu[5:13])
        if apdu[:2] == bytes([0x84, 0x82]):
            code = self._mac(apdu[:13])
            good = apdu[5:13] == self._cryptogram and apdu[13:21] == code
            return b"\x90\x00" if good else b"\x63\x00"
        return self._secured(apdu)

    def _initialise(self, key_set: int, host_challenge: bytes) -> bytes:
        challenge = b"\x5a" * 8
        context = host_challenge + challenge
        self._session = self._static.derive(context)
        own = foreign._derive(self._session.key_smac, 0x00, context, 0x40)
        self._cryptogram = foreign._derive(self._session.key_smac, 0x01, context, 0x40)
        return (
            self._serial.ljust(10, b"\0") + bytes([key_set, 3, 0x70]) + challenge + bytes(own) + bytes(3) + b"\x90\x00"
        )

    def _mac(self, message: bytes) -> bytes:
        self._chain, code = foreign._calculate_mac(self._session.key_smac, self._chain, message)
        return bytes(code)

    def _secured(self, apdu: bytes) -> bytes:
        body, code = apdu[5 : 5 + apdu[4] - 8], apdu[5 + apdu[4] - 8 : 5 + apdu[4]]
        if self._mac(apdu[:5] + body) != code:
            return b"\x69\x82"
        self._counter += 1
        plain = b""
        if body:
            decryptor = foreign._init_cipher(self._session.key_senc, self._counter).decryptor()
            plain = (decryptor.update(body) + decryptor.finalize()).rstrip(b"\0")[:-1]
        self.commands.append(bytes(apdu[:4]) + plain)
        answer = self.content if apdu[1] == wire.Instruction.READ_BINARY else b""
        if apdu[1] == wire.Instruction.UPDATE_BINARY:
            self.content = plain
        return self._wrapped(answer) + b"\x90\x00"

    def _wrapped(self, answer: bytes) -> bytes:
        data = b""
        if answer:
            padded = (answer + b"\x80").ljust(-(-(len(answer) + 1) // 16) * 16, b"\0")
            encryptor = foreign._init_cipher(self._session.key_senc, self._counter, True).encryptor()
            data = encryptor.update(padded) + encryptor.finalize()
        return data + bytes(foreign._calculate_mac(self._session.key_srmac, self._chain, data + b"\x90\x00")[1])


async def _our_session(card: ForeignCard) -> SecureSession:
    slots = {name: CardSlot() for name in ("sam", "encoder")}
    slots["sam"].insert(Sam())
    slots["encoder"].insert(card)
    sam = await SlotReader("sam", slots["sam"]).connect()
    await OpenChipProfile().activate_sam(sam, TEST_PIN, "K-UJI")
    session = SecureSession(sam, await SlotReader("encoder", slots["encoder"]).connect())
    await session.open(SERIAL, wire.PERSONALISATION_KEYS)
    return session


async def test_our_module_opens_a_session_with_a_foreign_card_writes_and_reads() -> None:
    card = ForeignCard(card_keys(wire.PERSONALISATION_KEYS, SERIAL), SERIAL)
    session = await _our_session(card)
    for number, text in enumerate((b"ditulis modul kita", bytes(200), b"x")):
        await session.transmit("write", wire.update_binary(0, text))
        assert card.content == text
        assert await session.transmit("read", wire.read_binary(0)) == text
        assert len(card.commands) == 2 * (number + 1)


async def test_a_foreign_card_with_other_keys_is_not_believed() -> None:
    with pytest.raises(StationError):
        await _our_session(ForeignCard(card_keys(wire.READ_KEYS, SERIAL), SERIAL))
