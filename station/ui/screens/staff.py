"""Who works on this kit: add people, unlock, set a new password."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.domain.clock import local_date
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.messages.body_parts import full_finger_words
from station.staff.book import Account
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.finger import EnrolDialog
from station.ui.dialogs.form import Field, FieldKind, Form
from station.ui.dialogs.tick import Tick
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

_FINGERS = (
    Finger.RIGHT_INDEX,
    Finger.LEFT_INDEX,
    Finger.RIGHT_THUMB,
    Finger.LEFT_THUMB,
    Finger.RIGHT_MIDDLE,
    Finger.LEFT_MIDDLE,
)
_FORGET = "forget"


class StaffScreen(StationScreen):
    """The accounts of this kit."""

    title_id = "ui-place-staff"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "add", "ui-key-add"),
        Binding("r", "roles", "ui-key-roles"),
        Binding("u", "unlock", "ui-key-unlock"),
        Binding("s", "password", "ui-key-password"),
        Binding("j", "finger", "ui-key-finger"),
        Binding("m", "ask_list", "ui-key-ask-list"),
    ]

    def body(self) -> ComposeResult:
        """Lay out the table."""
        yield Static("", id="staff-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-staff-{column}") for column in ("name", "login", "state", "finger", "roles")])

    def load(self) -> None:
        """Read the accounts."""
        self.query_one("#staff-lead", Static).update(self._lead())
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
        if account.from_office:
            state += f" · {self.words('ui-staff-of-office')}"
        return Row(account.actor.staff_id, (account.actor.name, account.login, state, self._fingers(account), roles))

    def _lead(self) -> str:
        """Say who keeps the list: this kit, or the office, and how long its list holds."""
        standing = self.services.staff_roster.standing()
        if standing.expires_at is None:
            return self.words("ui-place-staff-hint")
        until = self.station.catalogue.short_date(local_date(standing.expires_at, self.services.config.time_zone))
        return self.words(f"ui-staff-list-{standing.state.value}", serial=str(standing.serial), until=until)

    def action_ask_list(self) -> None:
        """Ask the office for a fresh list with the next contact."""
        if self.guarded(self.services.staff_roster.ask_again, self.actor):
            self.notify(self.words("ui-staff-list-asked"), timeout=4)

    def _fingers(self, account: Account) -> str:
        return f"✓ {len(account.fingers)}" if account.fingers else "–"

    def action_finger(self) -> None:
        """Enrol a finger of the account under the cursor, or forget those that are kept."""
        self.begin_flow(self._enrol())

    async def _enrol(self) -> None:
        account = self._account()
        if account is None:
            return
        if not self.services.finger_sign_in.has_scanner:
            self.notify(self.words("ui-no-staff-scanner"), timeout=5)
            return
        options = [(str(int(finger)), self._finger_option(account, finger)) for finger in _FINGERS]
        if account.fingers:
            options.append((_FORGET, self.words("ui-finger-forget")))
        title = self.words("ui-enrol-title", name=account.actor.name)
        chosen = await self.station.push_screen_wait(Choose(title, options))
        if chosen == _FORGET:
            self.services.staff.forget_fingers(self.actor, account.actor.staff_id)
        elif chosen is not None:
            dialog = EnrolDialog(self.actor, account.actor, Finger(int(chosen)))
            quality = await self.station.push_screen_wait(dialog)
            if quality is not None:
                self.notify(f"✓ {self.words('ui-enrolled', name=account.actor.name, quality=quality)}", timeout=4)
        self.load()

    def _finger_option(self, account: Account, finger: Finger) -> str:
        words = full_finger_words(self.station.catalogue, finger)
        return f"{words} ✓" if finger in account.fingers else words

    def action_add(self) -> None:
        """Ask for name, login, password and roles."""
        self.begin_flow(self._add())

    async def _add(self) -> None:
        fields = (
            Field("name", self.words("ui-full-name")),
            Field("login", self.words("ui-login")),
            Field("password", self.words("ui-password"), FieldKind.SECRET),
        )
        answers = await self.station.push_screen_wait(Form(self.words("ui-staff-add-title"), fields))
        roles = await self._ask_roles(answers["name"], frozenset()) if answers else None
        if answers and roles is not None:
            self.begin_in_thread(
                self.words("ui-staff-add-title"),
                self._added,
                self.services.staff.add,
                self.actor,
                answers["name"],
                answers["login"],
                answers["password"],
                roles,
            )

    async def _ask_roles(self, name: str, present: frozenset[Role]) -> frozenset[Role] | None:
        options = [(role.value, self.words(f"ui-role-{role.value}")) for role in Role]
        title = self.words("ui-staff-roles-title", name=name)
        ticked = await self.station.push_screen_wait(Tick(title, options, {role.value for role in present}))
        return None if ticked is None else frozenset(Role(value) for value in ticked)

    def action_roles(self) -> None:
        """Change the roles of the account under the cursor."""
        self.begin_flow(self._change_roles())

    async def _change_roles(self) -> None:
        account = self._account()
        if account is None:
            return
        roles = await self._ask_roles(account.actor.name, account.actor.roles)
        if roles is not None:
            self.services.staff.change_access(self.actor, account.actor.staff_id, roles, account.active)
            self.load()

    def _account(self) -> Account | None:
        chosen = self.query_one(Rows).chosen()
        return next((entry for entry in self.services.staff.list() if entry.actor.staff_id == chosen), None)

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
        account = self._account()
        if account is None:
            return
        person = account.actor
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
