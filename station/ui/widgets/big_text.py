"""Letters several lines tall, for reading biodata aloud from a step away or in bright sun."""

from __future__ import annotations

from textwrap import wrap

from rich.text import Text
from textual.widgets import Static

_LETTER_WIDTH_PX, _LETTER_HEIGHT_PX, _BLANK_TOP_PX = 6, 11, 1
_SCALES = (3, 2, 1)
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
    """Return `value` drawn with half blocks, as large as fits; plain text when even the smallest does not."""
    for scale in _SCALES:
        lines = [_draw_line(line, scale) for line in wrap(value, max(1, columns // (_LETTER_WIDTH_PX * scale)))]
        text = "\n\n".join(lines)
        if text.count("\n") + 1 <= rows and all(len(line) <= columns for line in text.splitlines()):
            return text
    return value


def _draw_line(line: str, scale: int) -> str:
    """Draw one line with Pillow's bitmap font, whose dots stay sharp when they are enlarged."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = _LETTER_WIDTH_PX * len(line), _LETTER_HEIGHT_PX
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((0, 0), line, fill=255, font=ImageFont.load_default_imagefont())
    box = (0, _BLANK_TOP_PX, width, height)
    image = image.crop(box).resize((width * scale, (height - _BLANK_TOP_PX) * scale), Image.Resampling.NEAREST)
    lit = [[value > 0 for value in image.crop((0, y, image.width, y + 1)).tobytes()] for y in range(image.height)]
    lit += [[False] * image.width] * (image.height % 2)
    pairs = [zip(lit[top], lit[top + 1], strict=True) for top in range(0, len(lit), 2)]
    return "\n".join("".join(_CELLS[pair] for pair in row).rstrip() for row in pairs)
