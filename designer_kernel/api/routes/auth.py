"""Registering, logging in, staying logged in, and leaving."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import people
from designer_kernel.studio.team.people import PersonView, Tokens

router = APIRouter(tags=["auth"])

Password = Annotated[str, Field(min_length=1, max_length=1024, examples=["nine violet otters"])]
Known = Annotated[str, Field(min_length=1, max_length=255, examples=["ada"])]


class RegisterBody(Body):
    """Who wants to be known here."""

    username: Known
    email: Annotated[str, Field(min_length=3, max_length=255, examples=["ada@example.org"])]
    password: Password
    full_name: Annotated[str, Field(max_length=255, examples=["Ada Lovelace"])] = ""
    code: Annotated[str, Field(max_length=100, examples=[""])] = ""
    """The first owner's one-time code, which the service shows when it starts and nobody is there yet."""


class LoginBody(Body):
    """Who logs in: by a username or an email address."""

    username: Known
    password: Password


class RefreshBody(Body):
    """The refresh token of the pair that was given last."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=300)]


class PasswordBody(Body):
    """The password as it was, and as it is to be."""

    old: Password
    new: Password


class ResetBody(Body):
    """Who forgot their password, the one-time code that they were given, and the password as it is to be."""

    username: Known
    code: Annotated[str, Field(min_length=1, max_length=100, examples=["ABCDE-FGHJK-LMNPQ-RSTUV"])]
    new: Password


class TokensView(BaseModel):
    """A pair of tokens, and whose they are."""

    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind, no token
    expires_in: int = Field(examples=[600])
    person: PersonView


@router.post("/api/auth/register", status_code=201)
def register(body: RegisterBody, door: Door) -> PersonView:
    """Make yourself known. With the code that was shown at start, the first person becomes the owner of a workspace."""
    if body.code:
        return door.do(people.claim, body.code, body.username, body.email, body.password, body.full_name)
    return door.do(people.register, body.username, body.email, body.password, body.full_name)


@router.post("/api/auth/login")
def log_in(body: LoginBody, door: Door) -> TokensView:
    """Log in, and get a token for each request (`access_token`) and one for the next pair (`refresh_token`)."""
    return _pair(door.do(people.log_in, body.username, body.password))


@router.post("/api/auth/refresh-token")
def refresh_token(body: RefreshBody, door: Door) -> TokensView:
    """Get the next pair of tokens. A refresh token is used once: if it comes twice, the log-in ends."""
    return _pair(door.do(people.refresh, body.refresh_token))


@router.post("/api/auth/logout", status_code=204)
def log_out(door: Door) -> None:
    """End the log-in that this token belongs to."""
    door.do(people.log_out)


@router.post("/api/auth/logout-everywhere", status_code=204)
def log_out_everywhere(door: Door) -> None:
    """End all of your log-ins, this one too."""
    door.do(people.log_out_everywhere)


@router.post("/api/auth/change-password")
def change_password(body: PasswordBody, door: Door) -> TokensView:
    """Change your password. All log-ins end; the answer is a new one."""
    return _pair(door.do(people.change_password, body.old, body.new))


@router.post("/api/auth/reset-password")
def reset_password(body: ResetBody, door: Door) -> TokensView:
    """Give yourself a new password by a one-time code of an owner or admin. All log-ins end but the answer."""
    return _pair(door.do(people.reset_password, body.username, body.code, body.new))


@router.get("/api/auth/me")
def me(door: Door) -> PersonView:
    """Return who you are here."""
    return door.do(people.me)


def _pair(tokens: Tokens) -> TokensView:
    return TokensView(
        access_token=tokens.access, refresh_token=tokens.refresh, expires_in=tokens.seconds, person=tokens.person
    )
