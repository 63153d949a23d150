"""People with passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import Tokens, actor_of, log_in, passwords
from designer_kernel.studio.team.team import Team

PASSWORD = "purple elephants sing"


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed in less memory, where it is not about them."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)


@pytest.fixture
def known(quick_hashes: None, team: Team) -> Callable[[str], User]:
    """Return somebody of this name, with `PASSWORD`."""
    return lambda name: with_password(team, name)


def with_password(team: Team, name: str) -> User:
    with team.store.transaction() as session:
        user = User(username=name, email=f"{name}@example.org", password_hash=passwords.hashed(PASSWORD))
        session.add(user)
        session.flush()
        return user


def enter(team: Team, name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Tokens:
    """Log in from somewhere."""
    return team.do(stranger(address), log_in, name, password)


def acting(team: Team, tokens: Tokens) -> Actor:
    """Return who has these tokens, as the next request would."""
    return actor_of(team, tokens.access, "192.0.2.1")
