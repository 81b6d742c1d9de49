"""The office's own picture left of the letterhead: read once, made small, the same in PDF and workbook."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from station.domain.errors import BadInput

_LARGEST_PIXELS = 400


def logo_png(path: str) -> bytes:
    """Return the picture as a small PNG, nothing for no path; raises BadInput when the file is no picture."""
    if not path:
        return b""
    try:
        return _read(path, Path(path).stat().st_mtime_ns)
    except OSError as error:
        raise BadInput("registers-logo-unusable", path=path) from error


@lru_cache(maxsize=4)
def _read(path: str, _changed_at: int) -> bytes:
    from PIL import Image, UnidentifiedImageError

    target = BytesIO()
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise BadInput("registers-logo-unusable", path=path) from error
    small.thumbnail((_LARGEST_PIXELS, _LARGEST_PIXELS))
    small.save(target, "PNG")
    return target.getvalue()


def picture_size(logo: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels."""
    from PIL import Image

    with Image.open(BytesIO(logo)) as picture:
        return picture.size
