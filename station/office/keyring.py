"""The office's own keys in one folder, made on first start: authority, signing key, sealing identity, database key.

The recovery identity is made too, and belongs offline: it opens packets when the
office's own identity is lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.keys.certificates import Authority, Credential, create_authority, facts_of
from station.keys.keystore import write_durably
from station.keys.sealing import new_identity, recipient_of
from station.keys.signing import SoftwareSigner

RENEW_SERVER = timedelta(days=30)
RECOVERY_FILE = "take-offline/recovery-identity.txt"


@dataclass(frozen=True, slots=True)
class OfficeSecrets:
    """What the office holds in secret, unlocked, and where its TLS files are."""

    authority: Authority
    signer: SoftwareSigner
    sealing_identity: str
    recovery_recipient: str
    database_key: bytes
    session_key: bytes
    note_key: Ed25519PrivateKey
    authority_file: Path
    server_certificate_file: Path
    server_key_file: Path

    @property
    def recipients(self) -> dict[str, str]:
        """Return whom kits seal packets to: the office and the offline recovery key."""
        return {"office": recipient_of(self.sealing_identity), "recovery": self.recovery_recipient}


def open_secrets(folder: Path, host_names: tuple[str, ...], at: datetime) -> OfficeSecrets:
    """Read the keys, making what is missing; the server certificate is made anew when its names changed.

    Without host names the server certificate is left alone: that is for commands beside a running server.
    """
    authority_file = folder / "authority.pem"
    authority_key = _kept(folder / "authority.key", lambda: _make_authority(folder, at))
    authority = Authority(Credential(authority_key, authority_file.read_bytes()))
    signing = _kept(folder / "signing.key", lambda: secrets.token_bytes(32))
    recovery = _kept(folder / "recovery-recipient.txt", lambda: _make_recovery(folder))
    if host_names:
        _make_server_certificate(folder, authority, host_names, at)
    return OfficeSecrets(
        authority=authority,
        signer=SoftwareSigner(Ed25519PrivateKey.from_private_bytes(signing)),
        sealing_identity=_kept(folder / "sealing-identity.txt", lambda: new_identity().encode()).decode(),
        recovery_recipient=recovery.decode(),
        database_key=_kept(folder / "database.key", lambda: secrets.token_bytes(32)),
        session_key=_kept(folder / "session.key", lambda: secrets.token_bytes(32)),
        note_key=Ed25519PrivateKey.from_private_bytes(
            _kept(folder / "checkpoint.key", lambda: secrets.token_bytes(32))
        ),
        authority_file=authority_file,
        server_certificate_file=folder / "server.pem",
        server_key_file=folder / "server.key",
    )


def public_pem(signer: SoftwareSigner) -> bytes:
    """Return the office's public signing key as PEM, for auditors."""
    key = serialization.load_der_public_key(signer.public_der)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        write_durably(path, make())
    return path.read_bytes()


def _make_server_certificate(folder: Path, authority: Authority, host_names: tuple[str, ...], at: datetime) -> None:
    names, certificate = folder / "server.names", folder / "server.pem"
    known = names.read_text(encoding="utf-8").split(",") if names.exists() else []
    fresh = bool(known) and facts_of(certificate.read_bytes()).not_after - at > RENEW_SERVER
    if fresh and set(host_names) <= set(known):
        return
    host_names = tuple(dict.fromkeys((*host_names, *known)))
    server = authority.issue_to_server(host_names, at)
    write_durably(folder / "server.key", server.key_pem)
    write_durably(certificate, server.certificate_pem)
    write_durably(names, ",".join(host_names).encode())


def _make_authority(folder: Path, at: datetime) -> bytes:
    credential = create_authority("office", at)
    write_durably(folder / "authority.pem", credential.certificate_pem)
    return credential.key_pem


def _make_recovery(folder: Path) -> bytes:
    identity = new_identity()
    write_durably(folder / RECOVERY_FILE, (identity + "\n").encode())
    return recipient_of(identity).encode()
