"""Who works on this kit: add people, unlock, set a new password."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.domain.staff import Actor, Role
from station.staff.book import Account
from station.ui.dialogs.form import Field, FieldKind, Form
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows


class StaffScreen(StationScreen):
    """The accounts of this kit."""

    title_id = "ui-place-staff"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "add", "ui-key-add"),
        Binding("u", "unlock", "ui-key-unlock"),
        Binding("s", "password", "ui-key-password"),
    ]

    def body(self) -> ComposeResult:
        """Lay out the table."""
        yield Static(self.words("ui-place-staff-hint"), classes="lead", markup=False)
        yield Rows([self.words(f"ui-staff-{column}") for column in ("name", "login", "roles", "state")])

    def load(self) -> None:
        """Read the accounts."""
        table = self.query_one(Rows)
        table.fill(self._row(account) for account in self.services.staff.list())
        table.focus()

    def _row(self, account: Account) -> Row:
        roles = ", ".join(sorted(self.words(f"ui-role-{role.value}") for role in account.actor.roles))
        if not account.active:
            state = f"○ {self.words('ui-staff-closed')}"
        elif account.locked:
            state = f"✗ {self.words('ui-staff-locked')}"
        else:
            state = f"✓ {self.words('ui-staff-active')}"
        return Row(account.actor.staff_id, (account.actor.name, account.login, roles, state))

    def action_add(self) -> None:
        """Ask for name, login, password and role."""
        roles = tuple((role.value, self.words(f"ui-role-{role.value}")) for role in Role)
        fields = (
            Field("name", self.words("ui-full-name")),
            Field("login", self.words("ui-login")),
            Field("role", self.words("ui-staff-role"), FieldKind.CHOICE, choices=roles),
            Field("password", self.words("ui-password"), FieldKind.SECRET),
        )
        self.station.push_screen(Form(self.words("ui-staff-add-title"), fields), self._add)

    def _add(self, answers: dict[str, str] | None) -> None:
        if answers is None:
            return
        self.begin_in_thread(
            self.words("ui-staff-add-title"),
            self._added,
            self.services.staff.add,
            self.actor,
            answers["name"],
            answers["login"],
            answers["password"],
            frozenset({Role(answers["role"])}),
        )

    def _added(self, person: Actor) -> None:
        self.notify(f"✓ {self.words('ui-staff-added', name=person.name)}", timeout=3)
        self.load()

    def action_unlock(self) -> None:
        """Open the locked account under the cursor."""
        chosen = self.query_one(Rows).chosen()
        if chosen and self.guarded(self.services.staff.unlock, self.actor, chosen):
            self.load()

    def action_password(self) -> None:
        """Set a new password for the account under the cursor."""
        chosen = self.query_one(Rows).chosen()
        person = next((entry.actor for entry in self.services.staff.list() if entry.actor.staff_id == chosen), None)
        if person is None:
            return
        title = self.words("ui-staff-new-password", name=person.name)
        fields = (Field("password", self.words("ui-password"), FieldKind.SECRET),)
        self.station.push_screen(Form(title, fields), lambda answers: self._set_password(person.staff_id, answers))

    def _set_password(self, staff_id: str, answers: dict[str, str] | None) -> None:
        if answers is not None:
            self.begin_in_thread(
                self.words("ui-key-password"),
                lambda _none: self.load(),
                self.services.staff.change_password,
                self.actor,
                staff_id,
                answers["password"],
            )
