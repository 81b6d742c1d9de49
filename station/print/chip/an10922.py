"""Per-card keys from a master key: AES-128 diversification of NXP application note AN10922.

The note pads its input to 32 bytes before the CMAC. For inputs of 16 bytes or fewer this
differs from plain CMAC, so the padding is written out here.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_AES128_CONSTANT = b"\x01"
_INPUT_BYTES = 32
_POLYNOMIAL = 0x87


def diversify(master_key: bytes, unique_id: bytes, application_id: bytes, system_id: bytes) -> bytes:
    """Return the 16-byte key of one card (AN10922, 2.2); raises ValueError when the input is longer than 31 bytes."""
    message = _AES128_CONSTANT + unique_id + application_id + system_id
    if len(message) > _INPUT_BYTES:
        raise ValueError("diversification input is at most 31 bytes")
    padded = len(message) < _INPUT_BYTES
    if padded:
        message = (message + b"\x80").ljust(_INPUT_BYTES, b"\x00")
    first, second = _subkeys(master_key)
    mask = second if padded else first
    last = bytes(a ^ b for a, b in zip(message[16:], mask, strict=True))
    encryptor = Cipher(algorithms.AES(master_key), modes.CBC(bytes(16))).encryptor()
    return (encryptor.update(message[:16] + last) + encryptor.finalize())[16:]


def _subkeys(key: bytes) -> tuple[bytes, bytes]:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - CMAC's own definition
    zero = encryptor.update(bytes(16)) + encryptor.finalize()
    first = _double(zero)
    return first, _double(first)


def _double(block: bytes) -> bytes:
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = (value & ((1 << 128) - 1)) ^ _POLYNOMIAL
    return value.to_bytes(16, "big")
