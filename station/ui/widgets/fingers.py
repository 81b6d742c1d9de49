"""Quality per finger in signs, bars, numbers and words, hand by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Static

from station.domain.sample import Finger
from station.messages.body_parts import finger_words
from station.messages.catalogue import Catalogue
from station.ui.access import station_app
from station.ui.widgets.facts import Mark

_BAR_CELLS = 6
LEFT_HAND = (
    Finger.LEFT_LITTLE,
    Finger.LEFT_RING,
    Finger.LEFT_MIDDLE,
    Finger.LEFT_INDEX,
    Finger.LEFT_THUMB,
)
RIGHT_HAND = (
    Finger.RIGHT_THUMB,
    Finger.RIGHT_INDEX,
    Finger.RIGHT_MIDDLE,
    Finger.RIGHT_RING,
    Finger.RIGHT_LITTLE,
)


@dataclass(frozen=True, slots=True)
class FingerState:
    """What is known about one finger: its mark, the best score 0-100 or None, and a word."""

    mark: Mark
    score: int | None = None
    words: str = ""


def bar(score: int, cells: int = _BAR_CELLS) -> str:
    """Return a score 0-100 as a bar."""
    full = max(0, min(cells, round(score * cells / 100)))
    return "█" * full + "░" * (cells - full)


class FingerPanel(Static):
    """Ten fingers: the drawing of both hands above, one line per finger beneath."""

    def show(self, states: Mapping[Finger, FingerState], compact: bool = False) -> None:
        """Replace the panel; `compact` leaves the drawing out."""
        catalogue = station_app(self).catalogue
        panel = Text()
        if not compact:
            panel.append(_drawing(states, catalogue))
        for hand, fingers in (("left", LEFT_HAND), ("right", RIGHT_HAND)):
            panel.append(f"{catalogue.text(f'ui-hand-{hand}')}\n", style="bold underline")
            for finger in fingers:
                panel.append(_line(finger, states.get(finger, FingerState(Mark.WAIT)), catalogue))
        self.update(panel)


def _line(finger: Finger, state: FingerState, catalogue: Catalogue) -> str:
    name = finger_words(catalogue, finger)
    score = f"{bar(state.score)} {state.score:>3}" if state.score is not None else " " * (_BAR_CELLS + 4)
    return f"{state.mark.sign} {name:<11} {score} {state.words}".rstrip() + "\n"


def _drawing(states: Mapping[Finger, FingerState], catalogue: Catalogue) -> str:
    def signs(fingers: tuple[Finger, ...]) -> str:
        return " ".join(states.get(finger, FingerState(Mark.WAIT)).mark.sign for finger in fingers)

    left, right = catalogue.text("ui-hand-left"), catalogue.text("ui-hand-right")
    drawing = (
        f" {left:<15}{right}\n"
        f" {signs(LEFT_HAND[:4])}          {signs(RIGHT_HAND[1:])}\n"
        f"         {signs(LEFT_HAND[4:])}    {signs(RIGHT_HAND[:1])}\n\n"
    )
    # spaces at the start of a line are dropped when the widget breaks lines; an empty braille cell is not
    return drawing.replace(" ", "\N{BRAILLE PATTERN BLANK}")
