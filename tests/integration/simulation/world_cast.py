"""Who stands in a world beside the kit and the office: keys, a centre that decides by coin, a person."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain.clock import ManualClock
from station.domain.person import Biodata, Citizenship, MaritalStatus, Sex
from station.keys.sealing import new_identity, recipient_of
from station.keys.signing import SoftwareSigner
from station.office.centre_link import CentreStatus


def _signer(name: bytes) -> SoftwareSigner:
    return SoftwareSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name).digest()))


@dataclass
class Keys:
    """Keys are the same in every world and every run: making them is not what is tested."""

    kit: SoftwareSigner = field(default_factory=lambda: _signer(b"kit"))
    office: SoftwareSigner = field(default_factory=lambda: _signer(b"office"))
    identity: str = field(default_factory=new_identity)
    recovery: str = field(default_factory=lambda: recipient_of(new_identity()))

    @property
    def signer(self) -> SoftwareSigner:
        return self.office

    @property
    def sealing_identity(self) -> str:
        return self.identity


KEYS = Keys()


class PretendCentre:
    """A centre that decides by coin; it never loses anything."""

    def __init__(self, rnd: random.Random, clock: ManualClock) -> None:
        self._rnd, self._clock = rnd, clock
        self._known: dict[str, CentreStatus] = {}

    def enrol(self, packet_id: str, _body: dict[str, Any]) -> None:
        self._known.setdefault(packet_id, CentreStatus(packet_id, "RECEIVED_AT_CENTRAL", self._clock.now(), ""))

    def statuses(self, packet_ids: list[str]) -> list[CentreStatus]:
        for packet_id in packet_ids:
            old = self._known[packet_id]
            if old.status == "RECEIVED_AT_CENTRAL" and self._rnd.random() < 0.5:
                self._known[packet_id] = CentreStatus(packet_id, "DUPLICATE_RECORD", self._clock.now(), "")
        return [self._known[packet_id] for packet_id in packet_ids]

    def policy(self) -> dict[str, Any]:
        return {"number": 0}

    def require(self) -> None:
        """Always there."""


def person(number: int) -> Biodata:
    return Biodata(
        f"{6311010101080000 + number}", "NAMA CONTOH", "CONTOH", date(2008, 1, 1), Sex.MALE, "-", "JALAN CONTOH",
        "001/001", "DESA CONTOH", "CONTOH", "CONTOH", "CONTOH", "63.11", "ISLAM", MaritalStatus.SINGLE, "PELAJAR",
        Citizenship.INDONESIAN, "6311010101080000",
    )  # fmt: skip
