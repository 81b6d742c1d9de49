"""Draws the text a signature pad shows: black on white, one bit a pixel, with a line to sign on."""

from __future__ import annotations


def text_picture(lines: tuple[str, ...], width: int, height: int) -> bytes:
    """Return the picture row by row, eight pixels a byte, the left one in the highest bit; a set bit is white."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(picture)
    size = max(10, height // 12)
    font = ImageFont.load_default(size)
    top = size // 2
    for line in lines:
        pen.text((size // 2, top), line, fill=0, font=font)
        top += size + size // 3
    base = height - height // 6
    pen.line([(width // 12, base), (width - width // 12, base)], fill=0)
    return picture.tobytes()
