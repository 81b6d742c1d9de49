"""Keys for simulated cards and modules only. They are public on purpose: never use them for a real card."""

from __future__ import annotations

import hashlib

from station.print.chip.an10922 import diversify
from station.print.chip.ocp1_wire import CARD_APPLICATION, PERSONALISATION_KEYS, READ_KEYS, SYSTEM_ID
from station.print.chip.scp03 import StaticKeys

TEST_PIN = "123456"
_LABEL = b"station TEST KEY, not secret, for simulators: "


def _key(name: str) -> bytes:
    return hashlib.sha256(_LABEL + name.encode()).digest()[:16]


TEST_MASTER_KEYS = {
    number: StaticKeys(_key(f"{name} enc"), _key(f"{name} mac"), _key(f"{name} dek"))
    for number, name in ((READ_KEYS, "read"), (PERSONALISATION_KEYS, "personalise"))
}
TEST_SIGNING_SCALAR = int.from_bytes(hashlib.sha256(_LABEL + b"signing").digest(), "big") >> 1
TEST_AUTHORITY_SCALAR = int.from_bytes(hashlib.sha256(_LABEL + b"authority").digest(), "big") >> 1


def card_keys(key_set: int, serial: bytes) -> StaticKeys:
    """Return the keys of one card in one key set."""
    master = TEST_MASTER_KEYS[key_set]
    return StaticKeys(
        diversify(master.encryption, serial, CARD_APPLICATION, SYSTEM_ID),
        diversify(master.mac, serial, CARD_APPLICATION, SYSTEM_ID),
        diversify(master.data, serial, CARD_APPLICATION, SYSTEM_ID),
    )
