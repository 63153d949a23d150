"""The key that access tokens are signed with: from the environment, or from a file that nobody else can read."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import data_directory

ENVIRONMENT: Final = "DESIGNER_TOKEN_KEY"
"""Environment variable with the key, for several processes on several machines."""

FILE: Final = "token.key"
SHORTEST: Final = 32
"""Bytes, as many as the digest of HMAC-SHA-256 has."""


class UnsafeKey(DesignerError):
    """A key that others can read, or that is too short to be one."""

    code = "unsafe_key"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the name that tokens call it by."""

    secret: bytes = field(repr=False)
    id: str


def signing_key() -> SigningKey:
    """Return the key that access tokens are signed with; one is made in the data directory if there is none.

    Raises
    ------
    UnsafeKey
        If others can read its file, or it is too short.
    """
    configured = os.environ.get(ENVIRONMENT)
    if configured:
        return _named(configured.encode(), f"the environment variable {ENVIRONMENT}")
    return _from_file(data_directory() / FILE)


@cache
def _from_file(path: Path) -> SigningKey:
    """Return the key of a file, which is read once in a process."""
    with suppress(FileExistsError):
        _make(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _unsafe(path, "the key that tokens are signed with cannot be read") from error
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.geteuid():
            raise _unsafe(path, "others can read the key that tokens are signed with")
        return _named(file.read(4096).strip(), str(path))


def _unsafe(path: Path, what: str) -> UnsafeKey:
    return UnsafeKey(
        what, where=str(path), mend="remove the file, so that a new key is made; access tokens are refreshed then"
    )


def _make(path: Path) -> None:
    """Make a file with a random key, whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_urlsafe(48).encode())
            file.flush()
            os.fsync(handle)
        os.link(beside, path)  # refused if another process was faster, whose key counts then
    finally:
        beside.unlink()


@cache
def _named(secret: bytes, where: str) -> SigningKey:
    if len(secret) < SHORTEST:
        raise UnsafeKey(
            f"a key to sign tokens with has at least {SHORTEST} random characters",
            where=where,
            mend="make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    return SigningKey(secret, sha256(b"the name of a token key\x00" + secret).hexdigest()[:16])
