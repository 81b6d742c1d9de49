"""The kit's secrets open with the right passphrase and with nothing else."""

import json
from pathlib import Path

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.domain.errors import NotAllowed, StorageFailure, Tampered
from station.keys.keystore import create_keystore, relock_keystore, unlock_keystore, write_durably
from station.keys.locks import new_recovery_code
from station.keys.signing import SoftwareSigner, key_id_of, verify


def test_the_same_passphrase_gives_the_same_secrets(tmp_path: Path) -> None:
    made = create_keystore(tmp_path / "keys.json", "frasa sandi contoh")
    opened = unlock_keystore(tmp_path / "keys.json", "frasa sandi contoh")
    assert opened.database_key == made.database_key
    assert opened.signer.public_der == made.signer.public_der
    assert opened.sealing_recipient.startswith("age1")
    assert made.database_key.hex() not in (tmp_path / "keys.json").read_text()


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    create_keystore(tmp_path / "keys.json", "benar")
    with pytest.raises(NotAllowed, match="passphrase-wrong"):
        unlock_keystore(tmp_path / "keys.json", "salah")


def test_a_keystore_is_never_overwritten(tmp_path: Path) -> None:
    create_keystore(tmp_path / "keys.json", "a")
    with pytest.raises(StorageFailure, match="keystore-exists"):
        create_keystore(tmp_path / "keys.json", "a")


def test_swapping_two_wrapped_secrets_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keystore(path, "a")
    document = json.loads(path.read_text())
    wrapped = document["wrapped"]
    wrapped["database_key"], wrapped["capture_key"] = wrapped["capture_key"], wrapped["database_key"]
    path.write_text(json.dumps(document))
    with pytest.raises(NotAllowed):
        unlock_keystore(path, "a")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"salt": "zz", "wrapped": {}}', b"\xff\xfe"])
def test_a_damaged_keystore_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(StorageFailure):
        unlock_keystore(path, "a")


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_durably(path, b"old")
    (tmp_path / "deep" / "file.new").mkdir()
    with pytest.raises((StorageFailure, OSError)):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_signature_holds_for_its_payload_key_and_context_only() -> None:
    signer, other = SoftwareSigner.generate(), SoftwareSigner.generate()
    message = signer.sign(b"payload", external=b"context")
    assert verify(message, signer.public_der, external=b"context").payload == b"payload"
    assert key_id_of(message) == signer.key_id
    refused = [
        (message, other.public_der, b"context"),
        (message, signer.public_der, b"other"),
        (message.replace(b"payload", b"pAyload"), signer.public_der, b"context"),
        (b"\x00garbage", signer.public_der, b""),
        (b"", signer.public_der, b""),
    ]
    for candidate, public_key, context in refused:
        with pytest.raises(Tampered):
            verify(candidate, public_key, external=context)


def test_a_keystore_of_the_first_format_still_opens(tmp_path: Path) -> None:
    """Its secrets were wrapped by the stretched passphrase itself; written here as that program wrote them."""
    path = tmp_path / "keys.json"
    made = create_keystore(tmp_path / "new.json", "frasa")
    stretched = hash_secret_raw(b"frasa", bytes(16), 3, 64 * 1024, 4, 32, Type.ID)
    signing_key = Ed25519PrivateKey.generate().private_bytes_raw()
    secrets = {
        "database_key": made.database_key,
        "capture_key": made.capture_key,
        "signing_key": signing_key,
        "sealing_identity": made.sealing_identity.encode(),
    }
    wrapped = {
        name: (bytes(12) + AESGCM(stretched).encrypt(bytes(12), value, name.encode())).hex()
        for name, value in secrets.items()
    }
    path.write_text(json.dumps({"format": "station-keystore-1", "salt": bytes(16).hex(), "wrapped": wrapped}))
    assert unlock_keystore(path, "frasa").database_key == made.database_key
    with pytest.raises(NotAllowed, match="passphrase-wrong"):
        unlock_keystore(path, "salah")
    code = new_recovery_code()
    relock_keystore(path, "frasa", None, code)
    assert unlock_keystore(path, "", recovery_code=code).database_key == made.database_key
