"""Access tokens: only ours, only of this kind, only for a while, and only while the log-in counts."""

from __future__ import annotations

import base64
import json
import stat
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import update

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import actor_of, families, keys, refresh, tokens
from designer_kernel.studio.team.people.keys import UnsafeKey, signing_key
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in
from tests.designer_kernel.studio.team.people.conftest import acting, enter

USER, SESSION = uuid4(), uuid4()


def good() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims of a token as we give it out."""
    token = tokens.issue(USER, SESSION, 3)
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


def signed(claims: dict[str, Any], header: dict[str, Any], secret: bytes | None = None) -> str:
    """Return a token with a right signature, whatever it says of itself."""
    import hashlib
    import hmac

    def part(value: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    body = part(header) + b"." + part(claims)
    mac = hmac.new(secret or signing_key().secret, body, hashlib.sha256).digest()
    return (body + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def test_a_token_says_whose_it_is_and_lasts_minutes() -> None:
    header, claims = good()
    assert header == {"alg": "HS256", "typ": "at+jwt", "kid": signing_key().id}
    assert set(claims) == {"iss", "aud", "sub", "sid", "ver", "iat", "nbf", "exp", "jti"}
    assert 0 < claims["exp"] - claims["iat"] <= 15 * 60
    assert tokens.LEEWAY <= 30
    assert tokens.read(signed(claims, header)) == tokens.Claims(USER, SESSION, 3)
    assert good()[1]["jti"] != claims["jti"]


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "sid", "ver"])
def test_every_claim_is_required(claim: str) -> None:
    header, claims = good()
    with pytest.raises(NotLoggedIn):
        tokens.read(signed({key: value for key, value in claims.items() if key != claim}, header))


def after(seconds: int) -> timedelta:
    """Return a time from now on; what it is, only the test that runs knows."""
    return timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "somebody else"},
        {"aud": "another service"},
        {"aud": ["schema-designer-api", "another service"]},
        {"exp": after(-60), "iat": after(-600), "nbf": after(-600)},
        {"nbf": after(60)},
        {"iat": after(120), "nbf": after(120), "exp": after(240)},
        {"exp": after(86400)},
        {"exp": "tomorrow"},
        {"exp": after(-1), "iat": after(1)},
        {"sub": "nobody"},
        {"sub": None},
        {"sid": 7},
        {"ver": "3"},
        {"ver": True},
        {"jti": 7},
    ],
    ids=str,
)
def test_what_a_claim_says_counts(wrong: dict[str, Any]) -> None:
    header, claims = good()
    now = int(time.time())
    said = {k: now + int(v.total_seconds()) if isinstance(v, timedelta) else v for k, v in wrong.items()}
    with pytest.raises(NotLoggedIn):
        tokens.read(signed(claims | said, header))


@pytest.mark.parametrize(
    "wrong",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"kid": "another"},
        {"kid": "../../../dev/null"},
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS512"},
        {"alg": "RS256"},
        {"jku": "https://example.org/keys"},
        {"jwk": {"kty": "oct", "k": "AA"}},
        {"x5u": "https://example.org/cert"},
        {"crit": ["exp"]},
        {"b64": False},
    ],
    ids=str,
)
def test_what_a_header_says_is_not_believed(wrong: dict[str, Any]) -> None:
    header, claims = good()
    with pytest.raises(NotLoggedIn):
        tokens.read(signed(claims, header | wrong))


def test_other_keys_algorithms_and_no_signature_are_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    header, claims = good()
    more = {"typ": "at+jwt", "kid": header["kid"]}
    rsa = generate_private_key(65537, 2048)
    whole = signed(claims, header)
    for forged in (
        signed(claims, header, b"another key that is long enough"),
        signed(claims, header, b"\x00"),
        jwt.encode(claims, None, algorithm="none", headers=more),
        jwt.encode(claims, signing_key().secret * 2, algorithm="HS512", headers=more),
        jwt.encode(claims, rsa, algorithm="RS256", headers=more),
        whole.rpartition(".")[0] + ".",
        whole.rpartition(".")[0],
        whole[:-4],
        whole + "." + whole,
        "",
        "...",
        "a.b.c",
        "\x00",
        "ä.ö.ü",
        "\udcff",
        "e30.e30.e30",
        "W10.W10.W10",
        whole + "A" * 10_000,
    ):
        with pytest.raises(NotLoggedIn):
            tokens.read(forged)


def test_tokens_of_one_kind_are_refused_as_the_other(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    found = enter(team, "ada")
    with pytest.raises(NotLoggedIn):
        actor_of(team, found.refresh)
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), refresh, found.access)


def test_a_token_is_worth_nothing_once_its_person_changed(team: Team, known: Callable[[str], User]) -> None:
    ada = known("ada")
    for change in ({"is_active": False}, {"session_version": User.session_version + 1}):
        found = enter(team, "ada")
        assert acting(team, found).user == ada.id
        with team.store.transaction() as session:
            session.execute(update(User).where(User.id == ada.id).values(change))
        with pytest.raises(NotLoggedIn):
            acting(team, found)
        with team.store.transaction() as session:
            session.execute(update(User).where(User.id == ada.id).values(is_active=True))


def test_a_role_that_changed_counts_from_the_next_request_on(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    bob = known("bob")
    owner, other = acting(team, enter(team, "ada")), enter(team, "bob")
    room = team.do(owner, workspaces.create, "shop").id
    let_in(team, owner, room, "bob", "admin")
    team.do(acting(team, other), workspaces.rename, room, "shoe shop")
    team.do(owner, workspaces.change_role, room, bob.id, "viewer")
    with pytest.raises(NotLoggedIn):
        acting(team, other)
    again = team.do(stranger(), refresh, other.refresh)
    assert [m.username for m in team.do(acting(team, again), workspaces.members, room)] == ["ada", "bob"]


def test_a_token_of_another_persons_log_in_is_refused(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    bob = known("bob")
    session = acting(team, enter(team, "ada")).session
    assert isinstance(session, UUID)
    with pytest.raises(NotLoggedIn):
        actor_of(team, tokens.issue(bob.id, session, bob.session_version))


@pytest.fixture
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv(keys.ENVIRONMENT, raising=False)
    return tmp_path / "data" / keys.FILE


def test_a_key_is_made_once_for_its_owner_alone(empty_place: Path) -> None:
    key = signing_key()
    assert stat.S_IMODE(empty_place.stat().st_mode) == 0o600
    assert list(empty_place.parent.iterdir()) == [empty_place]
    keys._from_file.cache_clear()
    assert signing_key() == key
    assert len(key.secret) >= keys.SHORTEST
    assert repr(key.secret) not in repr(key)
    assert key.secret.decode() not in key.id


def test_a_key_that_others_can_read_is_refused(empty_place: Path) -> None:
    signing_key()
    for mode in (0o640, 0o604, 0o620, 0o700 | 0o001):
        keys._from_file.cache_clear()
        empty_place.chmod(mode)
        with pytest.raises(UnsafeKey, match="others can read"):
            signing_key()
    empty_place.unlink()
    elsewhere = empty_place.with_name("elsewhere")
    elsewhere.write_text("x" * 64)
    elsewhere.chmod(0o600)
    empty_place.symlink_to(elsewhere)
    with pytest.raises(UnsafeKey):
        signing_key()


def test_a_key_of_the_environment_counts_first_and_is_long(empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.ENVIRONMENT, "k" * 64)
    assert signing_key().secret == b"k" * 64
    token = tokens.issue(USER, SESSION, 1)
    monkeypatch.setenv(keys.ENVIRONMENT, "l" * 64)
    with pytest.raises(NotLoggedIn):
        tokens.read(token)
    monkeypatch.setenv(keys.ENVIRONMENT, "too short")
    with pytest.raises(UnsafeKey):
        signing_key()
    assert not empty_place.exists()


def test_digests_tell_secrets_apart() -> None:
    assert families.digest("a") != families.digest("b")
    assert len(families.digest("\udcff")) == 64
