"""Names of fingers, eyes and parts of a sitting in words, the same on screens and on paper."""

from __future__ import annotations

from station.domain.sample import Eye, Finger
from station.messages.catalogue import Catalogue


def finger_words(catalogue: Catalogue, finger: Finger) -> str:
    """Return the finger's name without its hand."""
    return catalogue.text(f"ui-finger-{finger.name.split('_')[1].lower()}")


def full_finger_words(catalogue: Catalogue, finger: Finger) -> str:
    """Return the finger's name with its hand."""
    hand = catalogue.text("ui-hand-left" if finger.is_left else "ui-hand-right")
    return f"{finger_words(catalogue, finger)} {hand.lower()}"


def part_words(catalogue: Catalogue, name: str) -> str:
    """Return a part's name in words: `finger:2` is the right index."""
    kind, _, number = name.partition(":")
    if kind == "finger":
        return full_finger_words(catalogue, Finger(int(number)))
    if kind == "verify":
        return catalogue.text("ui-part-verify", finger=full_finger_words(catalogue, Finger(int(number))))
    if kind == "iris":
        return catalogue.text(f"ui-eye-{Eye(int(number)).name.lower()}")
    return catalogue.text(f"ui-part-{kind}")
