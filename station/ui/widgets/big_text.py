"""Letters several lines tall, for reading biodata aloud from a step away or in bright sun."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from rich.text import Text
from textual.widgets import Static

_LETTER_SIZES_PX = (16, 13, 11, 10, 9)
_LIT = 110
_CELLS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class BigText(Static):
    """One value in block letters, broken between words to fit the width."""

    def __init__(self, widget_id: str) -> None:
        super().__init__("", id=widget_id, markup=False)
        self._value = ""

    def show(self, value: str) -> None:
        """Show a value."""
        self._value = value
        self._draw()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._draw()

    def _draw(self) -> None:
        if self._value and self.size.width > 10:
            self.update(Text(block_letters(self._value, self.size.width, self.size.height), no_wrap=True))


def block_letters(value: str, columns: int, rows: int) -> str:
    """Return `value` drawn with half blocks as large as fits; plain text when even the smallest does not."""
    from PIL import ImageFont

    for size in _LETTER_SIZES_PX:
        font = ImageFont.load_default(size=size)
        letter_px = max(1.0, font.getlength("M" * 20) / 20)
        drawn = [_draw_line(line, font, size) for line in wrap(value, max(6, int(columns / letter_px)))]
        text = "\n".join(drawn)
        if text.count("\n") + 1 <= rows and all(len(line) <= columns for line in text.splitlines()):
            return text
    return value


def _draw_line(line: str, font: Any, size: int) -> str:
    from PIL import Image, ImageDraw

    width, height = int(font.getlength(line)) + 2, size + 1
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((0, 0), line, fill=255, font=font, anchor="lt")
    lit = [[value > _LIT for value in image.crop((0, y, width, y + 1)).tobytes()] for y in range(height)]
    lit.append([False] * width)
    pairs = [zip(lit[top], lit[top + 1], strict=True) for top in range(0, height, 2)]
    return "\n".join("".join(_CELLS[pair] for pair in row).rstrip() for row in pairs)
