"""Image codecs inside the records: JPEG 2000 without loss, JPEG, PNG, WSQ; foreign WSQ is decoded in a child process.

The WSQ library can be killed by a damaged file, so nothing from outside is decoded in
this process.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

from station.biometrics.pixels import colour_array, grey_array
from station.domain.errors import BadInput
from station.domain.sample import ColourImage, GreyImage

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

WSQ_DECODE_TIMEOUT_S = 20.0
_MOST_PIXELS = 40_000_000
_CHILD = """
import io, sys, wsq
from PIL import Image
picture = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("L")
sys.stdout.buffer.write(b"%d %d\\n" % picture.size + picture.tobytes())
"""


def encode_jpeg2000(image: GreyImage | ColourImage) -> bytes:
    """Return a JP2 file without loss."""
    return _written(_picture(image), "JPEG2000", irreversible=False)


def encode_jpeg(image: GreyImage | ColourImage, quality: int = 92) -> bytes:
    """Return a JPEG file of the quality given."""
    return _written(_picture(image), "JPEG", quality=quality, optimize=True)


def encode_png(image: GreyImage | ColourImage) -> bytes:
    """Return a PNG file."""
    return _written(_picture(image), "PNG")


def encode_wsq(image: GreyImage) -> bytes:
    """Return WSQ at the fixed rate of 0.75 bit per pixel; at 500 ppi only (FBI specification IAFIS-IC-0110)."""
    import wsq  # noqa: F401

    if image.resolution_ppi != 500:
        raise BadInput("wsq-needs-500-ppi", resolution=image.resolution_ppi)
    return _written(_picture(image), "WSQ")


def decode_grey(data: bytes, resolution_ppi: int = 500) -> GreyImage:
    """Return a JPEG 2000, JPEG or PNG picture as grey; raises BadInput."""
    picture = _opened(data).convert("L")
    return GreyImage(picture.width, picture.height, picture.tobytes(), resolution_ppi)


def decode_colour(data: bytes) -> ColourImage:
    """Return a JPEG 2000, JPEG or PNG picture in RGB; raises BadInput."""
    picture = _opened(data).convert("RGB")
    return ColourImage(picture.width, picture.height, picture.tobytes())


def decode_wsq(data: bytes, resolution_ppi: int = 500) -> GreyImage:
    """Return a WSQ picture, decoded in a child process; raises BadInput when it is damaged or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD],
            input=data,
            capture_output=True,
            timeout=WSQ_DECODE_TIMEOUT_S,
            check=False,
            env={"PATH": os.environ.get("PATH", "")},
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("image-unreadable", kind="WSQ") from error
    head, _, pixels = done.stdout.partition(b"\n")
    sizes = head.split()
    if done.returncode or len(sizes) != 2:
        raise BadInput("image-unreadable", kind="WSQ")
    width, height = int(sizes[0]), int(sizes[1])
    if width * height != len(pixels):
        raise BadInput("image-unreadable", kind="WSQ")
    return GreyImage(width, height, pixels, resolution_ppi)


def _picture(image: GreyImage | ColourImage) -> Picture:
    import PIL.Image

    return PIL.Image.fromarray(grey_array(image) if isinstance(image, GreyImage) else colour_array(image))


def _written(picture: Picture, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _opened(data: bytes) -> Picture:
    import PIL.Image

    foreign = (OSError, ValueError, SyntaxError, MemoryError, PIL.Image.DecompressionBombError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(io.BytesIO(data), formats=("JPEG2000", "JPEG", "PNG"))
            if picture.width * picture.height > _MOST_PIXELS:
                raise BadInput("image-too-large", pixels=picture.width * picture.height)
            picture.load()
    except (*foreign, PIL.Image.DecompressionBombWarning) as error:
        raise BadInput("image-unreadable", kind="JPEG 2000, JPEG, PNG") from error
    return picture
