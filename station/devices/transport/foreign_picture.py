"""Opens a picture that came over a wire: only the formats expected, never larger than expected, never a surprise."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 64_000_000


def foreign_picture(data: bytes, mode: str, formats: tuple[str, ...], most_pixels: int = MOST_PIXELS) -> Image | None:
    """Return the decoded picture in a Pillow mode, or None when it is damaged, of another format or too large."""
    import PIL.Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(io.BytesIO(data), formats=formats) as picture:
                if picture.width * picture.height > most_pixels:
                    return None
                return picture.convert(mode)
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        return None
