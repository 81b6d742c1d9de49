"""Templates as CBOR bytes, so that rows and journal need not know what is in them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cbor2

if TYPE_CHECKING:
    from station.biometrics.finger.minutiae import MinutiaeTemplate
    from station.biometrics.iris.code import IrisCode

_KEPT = 512


def encode_minutiae(template: MinutiaeTemplate) -> bytes:
    """Return a finger template as bytes; empty when it has no minutiae."""
    if not template.minutiae:
        return b""
    points = [[item.x, item.y, item.angle_deg, item.kind.value, item.quality] for item in template.minutiae]
    return cbor2.dumps([template.width, template.height, template.resolution_ppi, points])


@lru_cache(maxsize=_KEPT)
def decode_minutiae(data: bytes) -> MinutiaeTemplate:
    """Return the finger template of `encode_minutiae`."""
    from station.biometrics.finger.minutiae import Minutia, MinutiaeTemplate, MinutiaKind

    if not data:
        return MinutiaeTemplate(0, 0, 0, ())
    width, height, resolution_ppi, points = cbor2.loads(data)
    minutiae = tuple(Minutia(x, y, angle, MinutiaKind(kind), quality) for x, y, angle, kind, quality in points)
    return MinutiaeTemplate(width, height, resolution_ppi, minutiae)


def encode_iris(code: IrisCode) -> bytes:
    """Return an iris code as bytes."""
    return cbor2.dumps([code.bits, code.usable])


@lru_cache(maxsize=_KEPT)
def decode_iris(data: bytes) -> IrisCode:
    """Return the iris code of `encode_iris`."""
    from station.biometrics.iris.code import IrisCode

    bits, usable = cbor2.loads(data)
    return IrisCode(bits, usable)
