"""A foreign SCP03 implementation opens a session with our card, and our host end with its."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.test_keys import card_keys
from station.print.chip import ocp1_wire as wire
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
