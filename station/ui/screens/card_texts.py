"""What both faces of a card say, one text at a time in large letters, compared with the card in the hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from station.ui.access import station_app
from station.ui.screens.large_text import LargeText, LargeTextScreen

if TYPE_CHECKING:
    from station.print.preparation import PreparedCard


class CardTextsScreen(LargeTextScreen):
    """Returns the labels of the texts that differ on the card (none when all are right), or None when broken off."""

    def __init__(self, card: PreparedCard) -> None:
        super().__init__()
        self._card = card

    def texts(self) -> Sequence[LargeText]:
        """Return the texts of front and back, each face's headings last."""
        words = station_app(self).words
        faces = (("front", self._card.front_texts), ("back", self._card.back_texts))
        return [
            LargeText(
                f"{side}: {text.label or text.text}", f"{words(f'ui-face-{side}')} · {text.label}", _spaced(text.text)
            )
            for side, texts in faces
            for text in sorted(texts, key=lambda text: not text.label)
        ]


def _spaced(text: str) -> str:
    """Return a number of 16 digits in groups of four, other texts as they are."""
    if len(text) == 16 and text.isdigit():
        return " ".join(text[start : start + 4] for start in range(0, 16, 4))
    return text
