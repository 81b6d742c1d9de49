"""Published SCP03 and AN10922 values, and a foreign implementation on the other side."""

from __future__ import annotations

import pytest

from station.domain.errors import Tampered
from station.print.chip.an10922 import diversify
from station.print.chip.scp03 import CardSession, HostSession, SessionKeys, StaticKeys, card_challenge

KEYS = StaticKeys(bytes(range(16)), bytes(range(0x10, 0x20)), bytes(range(0x20, 0x30)))
PLAIN_COMMAND = bytes.fromhex("80E2910006BF3E035C015A")
PLAIN_ANSWER = bytes.fromhex("bf3e125a1089882119900000000000000000000005")

# security level, host challenge, answer to INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, wrapped command, wrapped answer
VECTORS = [
    (
        0x11,
        "b13e5f938fc108c4",
        "000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002",
        "84821100107d5f5826a993ebc89eea24957fa0b3ce",
        "84e291000ebf3e035c015a558d036518a28297",
        "bf3e125a1089882119900000000000000000000005971be68992dbbdfa",
    ),
    (
        0x03,
        "8e1552d0513c60f3",
        "0000000000000000000030037030760cd2c47c1dd395065fe5ead8a9d7000001",
        "8482030010fd4721a14d9b07003c451d2f8ae6bb21",
        "84e2910018ca9c00f6713d79bc8baa642bdff51c3f6a4082d3bd9ad26c",
        "bf3e125a1089882119900000000000000000000005",
    ),
    (
        0x33,
        "fdf38259a1e0de44",
        "000000000000000000003003703b1aca81e821f219081cdc01c26b372d000003",
        "84823300108c36f96bcc00724a4e13ad591d7da3f0",
        "84e2910018267a85dfe4a98fca6fb0527e0dfecce4914e40401433c87f",
        "f3ba2b1013aa6224f5e1c138d71805c569e5439b47576260b75fc021b25097cb2e68f8a0144975b9",
    ),
]


@pytest.mark.parametrize(("level", "host", "update", "authenticate", "command", "answer"), VECTORS)
def test_published_sessions_are_reproduced_by_both_ends(
    level: int, host: str, update: str, authenticate: str, command: str, answer: str
) -> None:
    response = bytes.fromhex(update)
    host_challenge, challenge, cryptogram = bytes.fromhex(host), response[13:21], response[21:29]
    keys = SessionKeys.derive(KEYS, host_challenge, challenge)
    card_cryptogram, host_cryptogram = keys.cryptograms(host_challenge, challenge)
    assert card_cryptogram == cryptogram

    ours = HostSession(keys, level)
    assert ours.authenticate(host_cryptogram).hex() == authenticate
    assert ours.wrap(PLAIN_COMMAND).hex() == command
    assert ours.unwrap(bytes.fromhex(answer), 0x9000) == PLAIN_ANSWER

    card = CardSession(keys, level)
    assert card.check_authenticate(bytes.fromhex(authenticate), host_cryptogram)
    assert card.unwrap(bytes.fromhex(command)) == PLAIN_COMMAND
    assert card.wrap(PLAIN_ANSWER, 0x9000).hex() == answer


def test_the_card_challenge_follows_from_the_sequence_counter() -> None:
    issuer_security_domain = bytes.fromhex("A0000005591010FFFFFFFF8900000100")
    assert card_challenge(KEYS.encryption, 3, issuer_security_domain).hex() == "3b1aca81e821f219"


def test_a_changed_command_is_refused_by_the_card() -> None:
    keys = SessionKeys.derive(KEYS, bytes(8), bytes(8))
    wrapped = bytearray(HostSession(keys, 0x33).wrap(PLAIN_COMMAND))
    wrapped[7] ^= 1
    with pytest.raises(Tampered):
        CardSession(keys, 0x33).unwrap(bytes(wrapped))


def test_the_published_an10922_key_is_reproduced() -> None:
    key = diversify(
        bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
        bytes.fromhex("04782E21801D80"),
        bytes.fromhex("3042F5"),
        bytes.fromhex("4E585020416275"),
    )
    assert key.hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


@pytest.mark.parametrize("serial_bytes", [4, 7, 10])
def test_keys_differ_for_serials_of_every_length(serial_bytes: int) -> None:
    master = bytes(range(16))
    first = diversify(master, bytes(serial_bytes), b"\xf0STN\x01", b"STN1")
    second = diversify(master, bytes(serial_bytes - 1) + b"\x01", b"\xf0STN\x01", b"STN1")
    assert first != second
    assert len(first) == 16
