"""The office's web pages: rendered here, no outside resources, sign-in, nothing biometric."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from station.domain.errors import BadInput, NotAllowed, StationError
from station.messages.catalogue import Catalogue
from station.office import accounts, kits
from station.office.accounts import Account
from station.office.context import Office
from station.office.downloads import make_download
from station.office.http import bounded_body
from station.office.metrics import CONTENT_TYPE, check_health, open_metrics
from station.office.overview import read_overview, resolve_conflict
from station.office.staff_pages import PATH as STAFF_PATH
from station.office.staff_pages import StaffPages
from station.office.wording import Wording

COOKIE = "station-office"
LARGEST_FORM_BYTES = 4096
_SEE_OTHER = 303
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Page = Callable[[Request, Account], Awaitable[Response]]


class Dashboard:
    """Pages and machine-readable health of one office."""

    def __init__(self, office: Office, language: str = "id") -> None:
        self._office = office
        self._catalogue = Catalogue(language)
        self._staff = StaffPages(office, self._page, self._administrators_form)

    def routes(self) -> list[Route]:
        """Return the routes to mount."""
        return [
            Route("/", self.start, methods=["GET"]),
            Route("/sign-in", self.sign_in_page, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/dashboard", self._signed_in(self.overview), methods=["GET"]),
            Route("/dashboard/{report}.{form}", self._signed_in(self.download), methods=["GET"]),
            Route("/dashboard/conflict", self._signed_in(self.resolve), methods=["POST"]),
            Route("/dashboard/kit", self._signed_in(self.change_kit), methods=["POST"]),
            Route(STAFF_PATH, self._signed_in(self._staff.page), methods=["GET"]),
            Route(STAFF_PATH, self._signed_in(self._staff.change), methods=["POST"]),
            Route("/health", self.health, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def start(self, _request: Request) -> Response:
        """Lead to the dashboard."""
        return RedirectResponse("/dashboard", _SEE_OTHER)

    async def sign_in_page(self, _request: Request) -> Response:
        """Show the sign-in form."""
        return self._page("sign_in.html", 200, problem="")

    async def sign_in(self, request: Request) -> Response:
        """Check name and password."""
        form = await _form(request)
        try:
            login, password = form.get("login", ""), form.get("password", "")
            who = await asyncio.to_thread(accounts.sign_in, self._office, login, password)
        except StationError as error:
            return self._page("sign_in.html", 403, problem=self._catalogue.error(error))
        reply = RedirectResponse("/dashboard", _SEE_OTHER)
        self._set_cookie(reply, who)
        return reply

    async def sign_out(self, _request: Request) -> Response:
        """Forget the session."""
        reply = RedirectResponse("/sign-in", _SEE_OTHER)
        reply.delete_cookie(COOKIE)
        return reply

    async def overview(self, _request: Request, who: Account) -> Response:
        """Show everything at a glance."""
        found = await asyncio.to_thread(read_overview, self._office)
        token = accounts.form_token(self._office, who)
        return self._page("overview.html", 200, who=who, overview=found, token=token)

    async def download(self, request: Request, _who: Account) -> Response:
        """Return a list as CSV or XLSX, without NIKs."""
        asked = (request.path_params["report"], request.path_params["form"])
        file = await asyncio.to_thread(make_download, self._office, self._catalogue, *asked)
        headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{file.name}"'}
        return Response(file.content, 200, headers, file.media_type)

    async def resolve(self, request: Request, who: Account) -> Response:
        """Settle a conflict."""
        form = await self._administrators_form(request, who)
        arguments = (self._office, form.get("kit", ""), form.get("conflict", ""), who.login)
        await asyncio.to_thread(resolve_conflict, *arguments)
        return RedirectResponse("/dashboard", _SEE_OTHER)

    async def change_kit(self, request: Request, who: Account) -> Response:
        """Revoke a kit, or release it from quarantine after a recount."""
        form = await self._administrators_form(request, who)
        reason = form.get("reason", "").strip()[:200]
        if form.get("action") == "release":
            await asyncio.to_thread(kits.release, self._office, form.get("kit", ""))
        elif form.get("action") == "revoke" and reason:
            await asyncio.to_thread(kits.revoke, self._office, form.get("kit", ""), f"{reason} ({who.login})")
        else:
            raise BadInput("office-reason-missing")
        return RedirectResponse("/dashboard", _SEE_OTHER)

    async def health(self, _request: Request) -> Response:
        """Tell whether the parts answer: 200 or 503."""
        found = await asyncio.to_thread(check_health, self._office)
        words = "\n".join(f"{name}: {'ok' if well else 'away'}" for name, well in _parts(found))
        return PlainTextResponse(words + "\n", 200 if found.well else 503)

    async def metrics(self, _request: Request) -> Response:
        """Return OpenMetrics."""
        return Response(await asyncio.to_thread(open_metrics, self._office), headers={"Content-Type": CONTENT_TYPE})

    def _signed_in(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            who = accounts.open_session(self._office, request.cookies.get(COOKIE, ""))
            if who is None:
                return RedirectResponse("/sign-in", _SEE_OTHER)
            try:
                reply = await page(request, who)
            except StationError as error:
                return self._page("problem.html", 400, problem=self._catalogue.error(error))
            self._set_cookie(reply, who)
            return reply

        return show

    async def _administrators_form(self, request: Request, who: Account) -> dict[str, str]:
        form = await _form(request)
        if not who.administrator or form.get("token") != accounts.form_token(self._office, who):
            raise NotAllowed("office-administrator-only")
        return form

    def _set_cookie(self, reply: Response, who: Account) -> None:
        reply.set_cookie(
            COOKIE,
            accounts.session_cookie(self._office, who),
            max_age=int(accounts.SESSION_LIFE.total_seconds()),
            secure=True,
            httponly=True,
            samesite="strict",
        )

    def _page(self, template: str, status: int, **values: Any) -> Response:
        words = Wording(self._catalogue, self._office.zone)
        text = (
            _templates()
            .get_template(template)
            .render(
                say=self._catalogue.text,
                when=words.moment,
                day=lambda at: words.moment(at)[:10],
                words=words,
                language=self._catalogue.language,
                **values,
            )
        )
        return Response(text, status, _HEADERS, "text/html; charset=utf-8")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _parts(health: object) -> list[tuple[str, bool]]:
    return [(name, bool(getattr(health, name))) for name in ("database", "storage", "disk")]


async def _form(request: Request) -> dict[str, str]:
    body = await bounded_body(request, LARGEST_FORM_BYTES)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
