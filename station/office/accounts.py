"""Accounts of the office's dashboard: Argon2id, locked for a while after five failures, short sessions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from station.domain.errors import BadInput, NotAllowed, NotFound, Refused
from station.keys.keystore import write_durably
from station.office.context import Office
from station.office.database import insert_new
from station.office.tables import account

SESSION_LIFE = timedelta(minutes=15)
LOCK_AFTER = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
FIRST_ACCOUNT_FILE = "take-offline/dashboard-administrator.txt"
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Someone signed in to the dashboard; an administrator may resolve conflicts and revoke kits."""

    login: str
    name: str
    administrator: bool


def create_account(office: Office, login: str, name: str, password: str, administrator: bool) -> Account:
    """Make an account; raises BadInput for a short password or a login that is taken."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput("office-password-short", length=SHORTEST_PASSWORD)
    values = {"name": name, "secret": _hasher.hash(password), "administrator": administrator, "failures": 0}
    with office.database.write() as connection:
        if not insert_new(connection, account, login=login, locked_until="", **values):
            raise BadInput("office-account-exists", login=login)
    return Account(login, name, administrator)


def list_accounts(office: Office) -> list[Account]:
    """Return who may sign in, by login."""
    with office.database.read() as connection:
        rows = connection.execute(select(account.c.login, account.c.name, account.c.administrator))
        return sorted((Account(*row) for row in rows), key=lambda who: who.login)


def change_password(office: Office, login: str, password: str) -> None:
    """Set a new password and lift a lock; raises BadInput for a short one, NotFound."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput("office-password-short", length=SHORTEST_PASSWORD)
    values = {"secret": _hasher.hash(password), "failures": 0, "locked_until": ""}
    with office.database.write() as connection:
        done = connection.execute(update(account).where(account.c.login == login).values(**values))
        if done.rowcount != 1:
            raise NotFound("office-account-unknown", login=login)


def remove_account(office: Office, login: str) -> None:
    """Take an account away; a session it has open ends within minutes. Raises Refused for the last administrator."""
    with office.database.write() as connection:
        administrators = set(connection.execute(select(account.c.login).where(account.c.administrator)).scalars())
        if administrators == {login}:
            raise Refused("office-account-last-administrator", login=login)
        done = connection.execute(delete(account).where(account.c.login == login))
        if done.rowcount != 1:
            raise NotFound("office-account-unknown", login=login)


def first_administrator(office: Office) -> Path | None:
    """Make an administrator when nobody has an account yet; return the file that holds the password, or None."""
    with office.database.read() as connection:
        if connection.execute(select(account.c.login).limit(1)).first() is not None:
            return None
    password = secrets.token_urlsafe(12)
    path = office.data_dir / FIRST_ACCOUNT_FILE
    write_durably(path, f"admin\n{password}\n".encode())
    create_account(office, "admin", "Administrator", password, administrator=True)
    return path


def sign_in(office: Office, login: str, password: str) -> Account:
    """Check a password; raises NotAllowed, in the same words for a wrong name and a wrong password."""
    now = office.clock.now()
    with office.database.read() as connection:
        row = connection.execute(select(account).where(account.c.login == login)).first()
    if row is None:
        _hasher.hash(password)
        raise NotAllowed("office-account-wrong")
    if row.locked_until and datetime.fromisoformat(row.locked_until) > now:
        raise NotAllowed("office-account-locked")
    right = _right(row.secret, password)
    failures = 0 if right else row.failures + 1
    locked = (now + LOCKED_FOR).isoformat() if failures >= LOCK_AFTER else ""
    with office.database.write() as connection:
        connection.execute(
            update(account).where(account.c.login == login).values(failures=failures, locked_until=locked)
        )
    if not right:
        raise NotAllowed("office-account-wrong")
    return Account(row.login, row.name, row.administrator)


def session_cookie(office: Office, who: Account) -> str:
    """Return a signed cookie value that ends by itself; any worker with the same key accepts it."""
    until = int((office.clock.now() + SESSION_LIFE).timestamp())
    body = json.dumps([who.login, who.name, who.administrator, until]).encode()
    return base64.urlsafe_b64encode(_mac(office, body) + body).decode()


def open_session(office: Office, cookie: str) -> Account | None:
    """Return whose session a cookie is, or None when it is none, false or over."""
    try:
        raw = base64.urlsafe_b64decode(cookie)
        mac, body = raw[:32], raw[32:]
        if not hmac.compare_digest(mac, _mac(office, body)):
            return None
        login, name, administrator, until = json.loads(body)
    except (ValueError, TypeError):
        return None
    return Account(login, name, administrator) if until > office.clock.now().timestamp() else None


def form_token(office: Office, who: Account) -> str:
    """Return what a form must carry, so that no other site can send it in this person's name."""
    return _mac(office, b"form:" + who.login.encode()).hex()


def _mac(office: Office, body: bytes) -> bytes:
    return hmac.new(office.secrets.session_key, body, hashlib.sha256).digest()


def _right(secret: str, password: str) -> bool:
    try:
        return _hasher.verify(secret, password)
    except (VerificationError, InvalidHashError):
        return False
