"""Three looks: dark for the office, light for the day, `matahari` for a laptop in full sun.

Colour never carries a meaning alone; every state also has a sign and a word.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="malam",
    primary="#5fb0e0",
    secondary="#8fa8bf",
    accent="#f0c060",
    foreground="#dde6ee",
    background="#0f151c",
    surface="#151d26",
    panel="#1f2b38",
    success="#6fce8f",
    warning="#f0c060",
    error="#ff7d7d",
    dark=True,
    variables={"block-cursor-foreground": "#0f151c", "block-cursor-background": "#5fb0e0"},
)
LIGHT = Theme(
    name="siang",
    primary="#0b5a8a",
    secondary="#4a6070",
    accent="#8a5a00",
    foreground="#1a232b",
    background="#f6f5f1",
    surface="#eceae4",
    panel="#dcd9d0",
    success="#1c6b38",
    warning="#8a5a00",
    error="#a11a1a",
    dark=False,
    variables={"block-cursor-foreground": "#ffffff", "block-cursor-background": "#0b5a8a"},
)
SUNLIGHT = Theme(
    name="matahari",
    primary="#000000",
    secondary="#000000",
    accent="#000000",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#e0e0e0",
    success="#003d14",
    warning="#4a3000",
    error="#7a0000",
    dark=False,
    text_alpha=1.0,
    variables={
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#000000",
        "text-muted": "#000000",
        "text-disabled": "#303030",
        "border": "#000000",
        "border-blurred": "#000000",
        "input-selection-background": "#c0c0c0",
    },
)
THEMES = (DARK, LIGHT, SUNLIGHT)
