"""Picks a file by keyboard: folders first, newest files on top, only the kinds that can be read."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from station.ui.access import station_app


class PickFile(ModalScreen[Path | None]):
    """Enter opens a folder or takes a file; a path may be typed as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "ui-key-cancel"),
        Binding("left,backspace", "up", "ui-key-folder-up"),
    ]

    def __init__(self, title: str, folder: Path, kinds: frozenset[str]) -> None:
        super().__init__()
        self._title = title
        self._folder = folder
        self._kinds = kinds

    def compose(self) -> ComposeResult:
        """Lay out path and list."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Input(str(self._folder), id="pick-path", compact=True)
            yield OptionList(id="pick-list", markup=False, compact=True)
            yield Static(station_app(self).words("ui-pick-keys"), classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Show the first folder."""
        self._show()
        self.query_one(OptionList).focus()

    def _show(self) -> None:
        self.query_one(Input).value = str(self._folder)
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_option(Option("../", id=".."))
        for entry in self._entries():
            found.add_option(Option(entry.name + ("/" if entry.is_dir() else ""), id=entry.name))
        found.highlighted = 1 if found.option_count > 1 else 0

    def _entries(self) -> list[Path]:
        try:
            entries = [entry for entry in self._folder.iterdir() if not entry.name.startswith(".")]
        except OSError:
            return []
        files = [entry for entry in entries if entry.is_file() and entry.suffix.lower() in self._kinds]
        folders = [entry for entry in entries if entry.is_dir()]
        return sorted(files, key=lambda entry: -entry.stat().st_mtime) + sorted(folders)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take((self._folder / str(event.option.id)).resolve())

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(Path(event.value.strip()).expanduser())

    def _take(self, path: Path) -> None:
        if path.is_dir():
            self._folder = path
            self._show()
            self.query_one(OptionList).focus()
        elif path.is_file():
            self.dismiss(path)
        else:
            app = station_app(self)
            app.notify(f"! {app.words('ui-pick-unknown')}", timeout=4)

    def action_up(self) -> None:
        """Show the folder above."""
        self._take(self._folder.parent)

    def action_give_up(self) -> None:
        """Leave without a file."""
        self.dismiss(None)


def first_folder(data_dir: Path, kinds: frozenset[str]) -> Path:
    """Return where to begin: the folder beside the kit's data when it has such a file, else the examples, else home."""
    examples = Path.cwd() / "examples"
    for folder in (data_dir.parent, examples):
        if folder.is_dir() and any(entry.suffix.lower() in kinds for entry in folder.iterdir()):
            return folder
    return Path.home()
