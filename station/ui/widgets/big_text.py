"""Letters several lines tall, for reading biodata aloud from a step away or in bright sun."""

from __future__ import annotations

from textwrap import wrap

from rich.text import Text
from textual.widgets import Static

_LETTER_PX = 11
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
    """Return `value` drawn with half blocks; plain text when it would not fit in the rows."""
    from PIL import ImageFont

    font = ImageFont.load_default(size=_LETTER_PX)
    letter_px = max(1, font.getlength("M" * 20) / 20)
    drawn = [_draw_line(line, font) for line in wrap(value, max(6, int(columns / letter_px)))]
    text = "\n".join(drawn)
    fits = text.count("\n") + 1 <= rows and all(len(line) <= columns for line in text.splitlines())
    return text if fits else value


def _draw_line(line: str, font: object) -> str:
    from PIL import Image, ImageDraw

    width = int(font.getlength(line)) + 2  # type: ignore[attr-defined]
    height = _LETTER_PX + 3
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((0, 0), line, fill=255, font=font)  # type: ignore[arg-type]
    pixels = image.load()
    lines = []
    for top in range(0, height, 2):
        cells = [
            _CELLS[(pixels[x, top] > 110, top + 1 < height and pixels[x, top + 1] > 110)]  # type: ignore[index, operator]
            for x in range(width)
        ]
        lines.append("".join(cells).rstrip())
    return "\n".join(lines)
