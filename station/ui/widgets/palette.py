"""The command palette with its prompt in the language chosen."""

from __future__ import annotations

from textual.command import CommandPalette


class LocalPalette(CommandPalette):
    """Textual's palette; a type of our own so that the app can tell it from other dialogs."""
