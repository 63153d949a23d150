"""A service as one person asks it: requests with their token, which is renewed when it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from pydantic import TypeAdapter

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.studio.team.refusals import NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.remote.logins import Login, LoginFile, address
from designer_kernel.studio.team.remote.problems import ServiceRefused, raised

T = TypeVar("T")

_SECONDS: Final = 60.0
"""How long an answer may take: a fresh copy of a large design is some megabytes."""

_EARLY: Final = 20.0
"""Seconds before its end that a token is renewed."""

_PATIENCE: Final = 10.0
"""Seconds that are waited when the service asks for patience; what takes longer is told."""

_PAGE: Final = 200
_MOST_PAGES: Final = 1000

_START: Final = "see whether it runs; whoever runs it starts it with: designer serve"


class Service:
    """A service, and who is logged in there.

    Parameters
    ----------
    logins
        The file that holds the log-in.
    """

    def __init__(self, logins: LoginFile) -> None:
        self._logins = logins
        self._login = _needed(logins.read())
        self._lock = threading.Lock()
        self._client = _client(self._login.url)

    @property
    def login(self) -> Login:
        """Who is logged in, where."""
        return self._login

    def ask(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the service answers, as JSON-like values.

        Raises
        ------
        StoreUnavailable
            If it cannot be reached: whether something was done is not known then.
        DesignerError
            If it refuses.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        answer = self._sent(method, path, given, body)
        for _ in range(2):  # a token that another process has got meanwhile may have ended, too
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._renew(self._login.access)
                answer = self._sent(method, path, given, body)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            seconds = _retry_after(answer)
            if seconds <= _PATIENCE:
                time.sleep(seconds)
                answer = self._sent(method, path, given, body)
        return _read(answer)

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages of a list."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):  # who answers may be anybody
            page = self.ask("GET", path, query={**query, "limit": _PAGE, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
        raise ServiceRefused("this service's lists have no end", where=self._login.url, mend="look at the address")

    def change_password(self, old: str, new: str) -> None:
        """Change the password of who is logged in: all log-ins end, and this one begins anew.

        Raises
        ------
        BadInput, NotAllowed, NotLoggedIn, TooManyAttempts, StoreUnavailable
            If the old one is wrong, the new one is not taken, somebody else is logged in by now, or it cannot be asked.
        """
        self.ask("GET", "/api/auth/me")  # with a token that is good: nobody else renews it until this is over
        with self._lock, self._logins.alone():
            kept = _needed(self._logins.read())
            if (kept.url, kept.user) != (self._login.url, self._login.user):  # a token of another service, or person
                raise _needed_again(self._login)
            headers = {"Authorization": f"Bearer {kept.access}"}
            body = {"old": old, "new": new}
            said = _read(_asked(self._client, "POST", "/api/auth/change-password", json=body, headers=headers))
            self._login = _with_tokens(kept, said)
            self._logins.write(self._login)

    def log_out(self) -> None:
        """End the log-in there, as far as the service answers, and forget it here."""
        with suppress(StoreUnavailable, NotLoggedIn):
            self.ask("POST", "/api/auth/logout")
        self._logins.forget()
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _sent(self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None) -> httpx.Response:
        if self._login.until - time.time() < _EARLY:
            self._renew(self._login.access)
        headers = {"Authorization": f"Bearer {self._login.access}"}
        return _asked(self._client, method, path, params=query, json=body, headers=headers)

    def _renew(self, ended: str) -> None:
        """Get the next pair of tokens, unless another thread or process has got it meanwhile."""
        with self._lock, self._logins.alone():
            kept = _needed(self._logins.read())
            if kept.access == ended:
                answer = _asked(self._client, "POST", "/api/auth/refresh-token", json={"refresh_token": kept.refresh})
                if answer.status_code == httpx.codes.UNAUTHORIZED:
                    raise _needed_again(kept)
                kept = _with_tokens(kept, _read(answer))
                self._logins.write(kept)
            if kept.url != self._login.url:  # logged in elsewhere meanwhile
                raise _needed_again(self._login)
            self._login = kept


def log_in(url: str, username: str, password: str, *, logins: LoginFile | None = None) -> Login:
    """Log in to a service, and keep that for this and other processes of the user.

    Parameters
    ----------
    url
        Where the service is; on another machine only by https.

    Raises
    ------
    BadInput
        If that is no such address.
    NotLoggedIn
        If there is nobody of this name and password.
    StoreUnavailable
        If nothing answers there.
    """
    return _entered(url, "/api/auth/login", {"username": username, "password": password}, logins)


def reset_password(url: str, username: str, code: str, password: str, *, logins: LoginFile | None = None) -> Login:
    """Log in with a new password, by the one-time code that an owner or admin gave; all other log-ins end.

    Raises
    ------
    BadInput, NotLoggedIn, TooManyAttempts, StoreUnavailable
        If the password is not taken, the code gives nobody a new one, or nothing answers there.
    """
    body = {"username": username, "code": code, "new": password}
    return _entered(url, "/api/auth/reset-password", body, logins)


def _entered(url: str, path: str, body: Mapping[str, str], logins: LoginFile | None) -> Login:
    """Keep the tokens that a service answers with, for this and other processes of the user."""
    place = address(url)
    with _client(place) as client:
        said = _let_in(client, path, body)
    person = said["person"]
    login = _with_tokens(Login(place, UUID(person["id"]), person["username"], "", "", 0.0), said)
    (logins or LoginFile()).write(login)
    return login


def _let_in(client: httpx.Client, path: str, body: Mapping[str, str]) -> Any:
    """Return the answer to who has no token yet; if there is no service, that is said, and not who is logged in."""
    try:
        return _read(_asked(client, "POST", path, json=body))
    except DesignerError:
        place = str(client.base_url).rstrip("/")
        parts = urlsplit(place)
        if parts.path and not _asked(client, "GET", "/healthz").is_success:
            raise ServiceRefused(
                "there is no designer's API at this URL", where=place, mend=f"write {parts.scheme}://{parts.netloc}"
            ) from None
        raise


def log_out(logins: LoginFile | None = None) -> Login | None:
    """Log out, and forget it here even if the service does not answer; return who was logged in, if anybody was."""
    file = logins or LoginFile()
    try:
        known = file.read()
        if known is not None:
            Service(file).log_out()
        return known
    finally:
        file.forget()


def change_password(old: str, new: str, *, logins: LoginFile | None = None) -> Login:
    """Change the password of who is logged in, see `Service.change_password`; return the log-in that begins by it."""
    there = Service(logins or LoginFile())
    try:
        there.change_password(old, new)
        return there.login
    finally:
        there.close()


def register(url: str, username: str, email: str, password: str, *, full_name: str = "", code: str = "") -> None:
    """Make somebody known to a service; with the one-time code that it showed, as its first owner.

    Raises
    ------
    BadInput, AlreadyThere, NotAllowed, StoreUnavailable
        If that cannot be done.
    """
    body = {"username": username, "email": email, "password": password, "full_name": full_name, "code": code}
    with _client(address(url)) as client:
        _let_in(client, "/api/auth/register", body)


def made(kind: type[T], said: Any) -> T:
    """Return a view that a service has told as JSON-like values; it may tell more."""
    found: T = _adapter(cast(Hashable, kind)).validate_python(said)
    return found


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _client(url: str) -> httpx.Client:
    # a proxy of the environment would be told in clear what is sent to this machine
    is_here = urlsplit(url).scheme == "http"
    return httpx.Client(base_url=url, timeout=_SECONDS, follow_redirects=False, trust_env=not is_here)


def _asked(client: httpx.Client, method: str, path: str, **how: Any) -> httpx.Response:
    try:
        return client.request(method, path, **how)
    except httpx.HTTPError as error:
        raise StoreUnavailable(
            f"the service does not answer ({type(error).__name__})", where=str(client.base_url), mend=_START
        ) from None  # what was asked holds the token


def _read(answer: httpx.Response) -> Any:
    try:
        said = answer.json() if answer.content else None
    except ValueError:
        said = None
    if answer.is_success and (said is not None or answer.status_code == httpx.codes.NO_CONTENT):
        return said
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        words = said.get("message") if isinstance(said, dict) else None
        where = str(answer.request.url.copy_with(raw_path=b"/")).rstrip("/")
        raise StoreUnavailable(str(words or "the service is busy"), where=where, mend="try again in a moment")
    raise raised(answer.status_code, said, _retry_after(answer))


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else TooManyAttempts("").seconds


def _with_tokens(login: Login, said: Mapping[str, Any]) -> Login:
    until = time.time() + float(said["expires_in"])
    return replace(login, access=said["access_token"], refresh=said["refresh_token"], until=until)


def _needed(login: Login | None) -> Login:
    if login is None:
        raise NotLoggedIn("nobody is logged in to a service", mend="designer login URL NAME, or dk.login(URL, NAME)")
    return login


def _needed_again(login: Login) -> NotLoggedIn:
    return NotLoggedIn(
        f"the log-in of {login.username} has ended",
        where=login.url,
        mend=f"designer login {login.url} {login.username}, or dk.login({login.url!r}, {login.username!r})",
    )
