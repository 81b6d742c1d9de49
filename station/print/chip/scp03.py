"""Secure Channel Protocol 03 with AES-128: key derivation, and the two ends of a session.

GlobalPlatform Card Specification, Amendment D. In production the secure access module
is the host end, so keys never reach this program; the classes here are the reference
that the module's and the card's behaviour are tested against.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from station.domain.errors import Tampered

BLOCK_BYTES = 16
MAC_BYTES = 8
CHALLENGE_BYTES = 8
COMMAND_MAC = 0x01
COMMAND_ENCRYPTION = 0x02
RESPONSE_MAC = 0x10
RESPONSE_ENCRYPTION = 0x20
FULL_SECURITY = COMMAND_MAC | COMMAND_ENCRYPTION | RESPONSE_MAC | RESPONSE_ENCRYPTION
IMPLEMENTATION_PSEUDO_RANDOM = 0x70
_SESSION_ENC, _SESSION_MAC, _SESSION_RMAC = 0x04, 0x06, 0x07
_CARD_CRYPTOGRAM, _HOST_CRYPTOGRAM, _CARD_CHALLENGE = 0x00, 0x01, 0x02
_SECURE_CLASS_BIT = 0x04


@dataclass(frozen=True, slots=True)
class StaticKeys:
    """The three AES-128 keys of a key set."""

    encryption: bytes
    mac: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """Keys of one session, made of the static keys and both challenges."""

    encryption: bytes
    mac: bytes
    response_mac: bytes

    @classmethod
    def derive(cls, keys: StaticKeys, host_challenge: bytes, card_challenge: bytes) -> SessionKeys:
        """Derive the session keys (Amendment D, 6.2.1)."""
        context = host_challenge + card_challenge
        return cls(
            derive(keys.encryption, _SESSION_ENC, context, 128),
            derive(keys.mac, _SESSION_MAC, context, 128),
            derive(keys.mac, _SESSION_RMAC, context, 128),
        )

    def cryptograms(self, host_challenge: bytes, card_challenge: bytes) -> tuple[bytes, bytes]:
        """Return the card's and the host's cryptogram, 8 bytes each."""
        context = host_challenge + card_challenge
        card = derive(self.mac, _CARD_CRYPTOGRAM, context, 64)
        return card, derive(self.mac, _HOST_CRYPTOGRAM, context, 64)


def cmac(key: bytes, message: bytes) -> bytes:
    """Return AES-CMAC (RFC 4493), 16 bytes."""
    code = CMAC(algorithms.AES(key))
    code.update(message)
    return code.finalize()


def derive(key: bytes, constant: int, context: bytes, bits: int) -> bytes:
    """Return `bits` (at most 128) derived in counter mode with CMAC (SP 800-108, Amendment D 4.1.5)."""
    label = bytes(11) + bytes([constant])
    return cmac(key, label + b"\x00" + bits.to_bytes(2, "big") + b"\x01" + context)[: bits // 8]


def card_challenge(key: bytes, sequence_counter: int, application_id: bytes) -> bytes:
    """Return the pseudo-random challenge a card makes of its 3-byte counter (Amendment D, 6.2.2.1)."""
    return derive(key, _CARD_CHALLENGE, sequence_counter.to_bytes(3, "big") + application_id, 64)


class _Session:
    """State both ends share: the chained MAC and the encryption counter."""

    def __init__(self, keys: SessionKeys, security_level: int) -> None:
        self._keys = keys
        self._level = security_level
        self._chain = bytes(BLOCK_BYTES)
        self._counter = 0

    def _chained_mac(self, message: bytes) -> bytes:
        self._chain = cmac(self._keys.mac, self._chain + message)
        return self._chain[:MAC_BYTES]

    def _response_mac(self, data: bytes, status_word: int) -> bytes:
        return cmac(self._keys.response_mac, self._chain + data + status_word.to_bytes(2, "big"))[:MAC_BYTES]

    def _cipher(self, response: bool) -> Cipher[modes.CBC]:
        block = (0x80 if response else 0).to_bytes(1, "big") + self._counter.to_bytes(15, "big")
        once = Cipher(algorithms.AES(self._keys.encryption), modes.ECB()).encryptor()  # noqa: S305 - the standard's ICV
        return Cipher(algorithms.AES(self._keys.encryption), modes.CBC(once.update(block) + once.finalize()))

    def _encrypt(self, data: bytes, response: bool) -> bytes:
        padded = pad(data)
        encryptor = self._cipher(response).encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def _decrypt(self, data: bytes, response: bool) -> bytes:
        if not data or len(data) % BLOCK_BYTES:
            raise Tampered("chip-channel-wrong")
        decryptor = self._cipher(response).decryptor()
        return unpad(decryptor.update(data) + decryptor.finalize())


class HostSession(_Session):
    """The end that sends commands: wraps them and opens the answers."""

    def authenticate(self, host_cryptogram: bytes) -> bytes:
        """Return the EXTERNAL AUTHENTICATE command; its MAC starts the chain."""
        header = bytes([0x84, 0x82, self._level, 0x00, CHALLENGE_BYTES + MAC_BYTES])
        return header + host_cryptogram + self._chained_mac(header + host_cryptogram)

    def wrap(self, command: bytes) -> bytes:
        """Return the protected form of a short command `CLA INS P1 P2 [Lc data]`."""
        header, data = command[:4], command[5:]
        self._counter += 1
        if data and self._level & COMMAND_ENCRYPTION:
            data = self._encrypt(data, response=False)
        secured = bytes([header[0] | _SECURE_CLASS_BIT]) + header[1:] + bytes([len(data) + MAC_BYTES]) + data
        return secured + self._chained_mac(secured)

    def unwrap(self, data: bytes, status_word: int) -> bytes:
        """Return the plain answer; raises Tampered when MAC or padding is wrong. Errors come without MAC."""
        if self._level & RESPONSE_MAC and (data or status_word == 0x9000):
            data, code = data[:-MAC_BYTES], data[-MAC_BYTES:]
            if not constant_time.bytes_eq(code, self._response_mac(data, status_word)):
                raise Tampered("chip-channel-wrong")
        if data and self._level & RESPONSE_ENCRYPTION:
            return self._decrypt(data, response=True)
        return data


class CardSession(_Session):
    """The end that answers: opens commands and wraps answers."""

    def check_authenticate(self, command: bytes, expected_cryptogram: bytes) -> bool:
        """Tell whether an EXTERNAL AUTHENTICATE carries the right cryptogram and MAC."""
        body = command[5:]
        if len(body) != CHALLENGE_BYTES + MAC_BYTES:
            return False
        code = self._chained_mac(command[:5] + body[:CHALLENGE_BYTES])
        return constant_time.bytes_eq(body[:CHALLENGE_BYTES] + body[CHALLENGE_BYTES:], expected_cryptogram + code)

    def unwrap(self, command: bytes) -> bytes:
        """Return the plain command `CLA INS P1 P2 Lc data`; raises Tampered when it was changed."""
        header, body = command[:4], command[5 : 5 + command[4]] if len(command) > 5 else b""
        if len(body) < MAC_BYTES:
            raise Tampered("chip-channel-wrong")
        data, code = body[:-MAC_BYTES], body[-MAC_BYTES:]
        if not constant_time.bytes_eq(code, self._chained_mac(header + bytes([len(body)]) + data)):
            raise Tampered("chip-channel-wrong")
        self._counter += 1
        if data and self._level & COMMAND_ENCRYPTION:
            data = self._decrypt(data, response=False)
        return bytes([header[0] & ~_SECURE_CLASS_BIT & 0xFF]) + header[1:] + bytes([len(data)]) + data

    def wrap(self, data: bytes, status_word: int) -> bytes:
        """Return the protected answer without its status word."""
        if data and self._level & RESPONSE_ENCRYPTION:
            data = self._encrypt(data, response=True)
        if self._level & RESPONSE_MAC:
            data += self._response_mac(data, status_word)
        return data


def pad(data: bytes) -> bytes:
    """Return data padded with 80 00... to whole blocks (ISO/IEC 9797-1 method 2)."""
    padded = data + b"\x80"
    return padded + bytes(-len(padded) % BLOCK_BYTES)


def unpad(data: bytes) -> bytes:
    """Take the padding off; raises Tampered when there is none."""
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise Tampered("chip-channel-wrong")
    return stripped[:-1]
