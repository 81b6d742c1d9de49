"""What this kit knows of its office, as files in one folder: keys, certificate, recipients."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from station.domain.errors import BadInput, NotAllowed, StorageFailure
from station.keys.certificates import CertificateFacts, facts_of
from station.keys.keystore import write_durably
from station.keys.tls import client_context
from station.sync import wire


@dataclass(frozen=True, slots=True)
class Trust:
    """A kit's place in an office."""

    folder: Path
    kit_id: str
    office_public: bytes
    certificate: CertificateFacts

    def context(self) -> ssl.SSLContext:
        """Return the TLS side of this kit."""
        return client_context(self.folder / "authority.pem", self.folder / "kit.pem", self.folder / "kit.key")


def load_trust(folder: Path) -> Trust:
    """Read the folder; raises NotAllowed when this kit is not paired, StorageFailure when files are damaged."""
    path = folder / "office.json"
    if not path.exists():
        raise NotAllowed("sync-not-paired")
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        certificate = facts_of((folder / "kit.pem").read_bytes())
        return Trust(folder, str(facts["kit_id"]), (folder / "office.der").read_bytes(), certificate)
    except (OSError, ValueError, KeyError, BadInput) as error:
        raise StorageFailure("sync-trust-damaged", path=str(folder)) from error


def store_welcome(folder: Path, welcome: bytes, key_pem: bytes, at: datetime) -> Trust:
    """Write what the office gave at pairing or renewal; `office.json` last, since it says that all is there."""
    values = wire.loads(welcome)
    try:
        files = {
            "kit.key": key_pem,
            "kit.pem": wire.octets(values["certificate"]),
            "authority.pem": wire.octets(values["authority"]),
            "office.der": wire.octets(values["office_public"]),
            "recipients.json": json.dumps(values["recipients"], indent=1).encode(),
        }
        centre = wire.octets(values["centre_public"])
        kit_id = wire.text(values["kit_id"])
    except (KeyError, TypeError) as error:
        raise BadInput("sync-message-malformed") from error
    if centre:
        files["centre.der"] = centre
    for name, content in files.items():
        write_durably(folder / name, content)
    facts = {"kit_id": kit_id, "paired_at": at.isoformat()}
    write_durably(folder / "office.json", json.dumps(facts, indent=1).encode())
    return load_trust(folder)
