"""The packet: what leaves the kit about one recorded person, sealed so that the kit cannot read it again."""

from station.capture.packet.contents import InnerManifest, PacketContents, open_packet
from station.capture.packet.outer import OuterManifest, read_outer, verify_outer
from station.capture.packet.sealing import Member, SealedPacket, seal_packet

__all__ = [
    "InnerManifest",
    "Member",
    "OuterManifest",
    "PacketContents",
    "SealedPacket",
    "open_packet",
    "read_outer",
    "seal_packet",
    "verify_outer",
]
