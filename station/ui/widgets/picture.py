"""Pictures in the terminal by half cells: fingers, irises, faces, pen traces, card faces.

textual-image asks the terminal questions when it is imported, and an answer arriving
while Textual reads the keyboard would look like typing. It is therefore imported
with the terminal out of its sight; half cells need no answer.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widgets import Static

from station.domain.sample import ColourImage, GreyImage, PenSample

if TYPE_CHECKING:
    from PIL.Image import Image

_CELL_RATIO = 2


class Picture(Static):
    """Shows the newest picture, as large as its place allows, in its own proportions."""

    def __init__(self, empty: str = "", widget_id: str | None = None) -> None:
        super().__init__(Text(empty), id=widget_id, markup=False)
        self._empty = empty
        self._image: Image | None = None

    @property
    def shows_picture(self) -> bool:
        """Tell whether a picture is there, and not words."""
        return self._image is not None

    def show(self, image: GreyImage | ColourImage) -> None:
        """Show a sample."""
        self.show_pillow(pillow_image(image))

    def show_png(self, data: bytes) -> None:
        """Show an encoded picture (PNG, JPEG)."""
        from PIL import Image

        self.show_pillow(Image.open(io.BytesIO(data)).convert("RGB"))

    def show_ink(self, samples: Sequence[PenSample], width: int, height: int) -> None:
        """Show a pen trace on an area of `width` x `height` pad units."""
        self.show_pillow(ink_image(samples, width, height))

    def show_pillow(self, image: Image) -> None:
        """Show a Pillow image."""
        self._image = image
        self._draw()

    def show_nothing(self, words: str | None = None) -> None:
        """Show words instead of a picture."""
        self._image = None
        self.update(Text(self._empty if words is None else words))

    def on_resize(self) -> None:
        """Fit the new size."""
        if self._image is not None:
            self._draw()

    def _draw(self) -> None:
        if self._image is None or self.size.width < 2 or self.size.height < 1:
            return
        columns, rows = fitting_cells(self._image.width, self._image.height, self.size.width, self.size.height)
        self.update(_halfcell_type()(self._image, columns, rows))


def fitting_cells(width: int, height: int, max_columns: int, max_rows: int) -> tuple[int, int]:
    """Return columns and rows of cells for a picture of that many pixels, proportions kept (a cell is 1 x 2)."""
    columns = min(max_columns, max(1, round(max_rows * _CELL_RATIO * width / height)))
    rows = min(max_rows, max(1, round(columns * height / width / _CELL_RATIO)))
    return columns, rows


def pillow_image(image: GreyImage | ColourImage) -> Image:
    """Return a sample as a Pillow image."""
    from PIL import Image

    mode = "L" if isinstance(image, GreyImage) else "RGB"
    return Image.frombytes(mode, (image.width, image.height), image.pixels)


def ink_image(samples: Sequence[PenSample], width: int, height: int) -> Image:
    """Return a pen trace as dark lines on white paper, 480 pixels wide."""
    from PIL import Image, ImageDraw

    scale = 480 / max(1, width)
    paper = Image.new("L", (480, max(1, round(height * scale))), 255)
    draw = ImageDraw.Draw(paper)
    for before, after in pairwise(samples):
        if before.touching and after.touching:
            line = (before.x * scale, before.y * scale, after.x * scale, after.y * scale)
            draw.line(line, fill=0, width=7)
    return paper


def _halfcell_type() -> Any:
    terminal, sys.__stdout__ = sys.__stdout__, io.StringIO()  # type: ignore[misc, assignment]
    try:
        from textual_image._terminal import get_cell_size
        from textual_image.renderable.halfcell import Image

        get_cell_size()
    finally:
        sys.__stdout__ = terminal  # type: ignore[misc]
    return Image
