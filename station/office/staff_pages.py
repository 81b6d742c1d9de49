"""The dashboard's page of the field staff: who works on the kits, and which roster each kit was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from station.domain.errors import BadInput
from station.domain.staff import Role
from station.office import accounts, field_staff
from station.office.accounts import Account
from station.office.context import Office

PATH = "/dashboard/staff"
_SEE_OTHER = 303
Show = Callable[..., Response]
ReadForm = Callable[[Request, Account], Awaitable[dict[str, str]]]


class StaffPages:
    """Shows and changes the field staff; `show` renders a template, `read_form` reads an administrator's form."""

    def __init__(self, office: Office, show: Show, read_form: ReadForm) -> None:
        self._office = office
        self._show = show
        self._read_form = read_form

    async def page(self, _request: Request, who: Account) -> Response:
        """List the staff, with forms for administrators."""
        staff = await asyncio.to_thread(field_staff.list_staff, self._office)
        rosters = await asyncio.to_thread(field_staff.rosters_sent, self._office)
        token = accounts.form_token(self._office, who)
        return self._show(
            "staff.html", 200, who=who, staff=staff, rosters=rosters, token=token, roles=[role.value for role in Role]
        )

    async def change(self, request: Request, who: Account) -> Response:
        """Register, close, reopen, or give roles or a password; every kit is told."""
        form = await self._read_form(request, who)
        await asyncio.to_thread(self._change, form, who.login)
        return RedirectResponse(PATH, _SEE_OTHER)

    def _change(self, form: dict[str, str], by: str) -> None:
        login, action = form.get("login", ""), form.get("action", "")
        roles = field_staff.roles_named([name for name in form if name in {role.value for role in Role}])
        if action == "add":
            name, password = form.get("name", ""), form.get("password", "")
            field_staff.add_staff(self._office, by, login, name, password, roles)
        elif action == "roles":
            field_staff.change_staff(self._office, by, login, roles=roles)
        elif action == "password":
            field_staff.change_staff(self._office, by, login, password=form.get("password", ""))
        elif action in {"close", "reopen"}:
            field_staff.change_staff(self._office, by, login, active=action == "reopen")
        else:
            raise BadInput("office-staff-incomplete")
