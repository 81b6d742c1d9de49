"""What a bad cable does to messages: loses, repeats, swaps, cuts and flips them, and puts noise between."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st


@st.composite
def mangled(draw: st.DrawFn, messages: Sequence[bytes], *, flips: bool = True) -> list[bytes]:
    """Return the messages after up to four accidents; with `flips` single bytes may change, one in a message."""
    wire = list(messages)
    flipped: set[int] = set()
    kinds = ["lose", "repeat", "swap", "cut", "noise", *(["flip"] if flips else [])]
    for _number in range(draw(st.integers(0, 4))):
        if not wire:
            break
        place = draw(st.integers(0, len(wire) - 1))
        other = draw(st.integers(0, len(wire) - 1))
        match draw(st.sampled_from(kinds)):
            case "lose":
                del wire[place]
            case "repeat":
                wire.insert(other, wire[place])
            case "swap":
                wire[place], wire[other] = wire[other], wire[place]
            case "cut":
                wire[place] = wire[place][: draw(st.integers(0, len(wire[place])))]
            case "noise":
                wire.insert(place, draw(st.binary(max_size=20)))
            case "flip" if wire[place] and hash(wire[place]) not in flipped:
                spot = draw(st.integers(0, len(wire[place]) - 1))
                changed = bytearray(wire[place])
                changed[spot] ^= draw(st.integers(1, 255))
                wire[place] = bytes(changed)
                flipped.add(hash(wire[place]))
    return wire
