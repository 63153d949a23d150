"""Master keys in a file that only its owner may read, under a passphrase if there is one."""

from __future__ import annotations

import base64
import json
import os
import stat
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from designer_kernel.studio.locations import data_directory
from designer_kernel.studio.team.alone import alone
from designer_kernel.studio.team.secrets.failures import KeyMissing
from designer_kernel.studio.team.secrets.master_keys import PASSPHRASE, Keys, decoded
from designer_kernel.studio.team.secrets.sealing import KEY_BYTES
from designer_kernel.studio.team.secrets.secret import Secret

_COST: Final = {"memory_kib": 64 * 1024, "time": 3, "lanes": 1}
_MOST: Final = {"memory_kib": 1024 * 1024, "time": 64, "lanes": 16}
_NONCE_BYTES: Final = 12
_BOUND: Final = b"schema-designer key file\x00"


def default_file() -> Path:
    """Return the file of master keys in the data directory."""
    return data_directory() / "keys" / "master.keys"


class KeyFile:
    """The master keys in a file; it is read when they are used, so that another process may renew them.

    Parameters
    ----------
    path
        The file, of mode 0600.
    passphrase
        What the keys in it are encrypted under, through argon2id; they are as they are without one.
    """

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self.path = path
        self._passphrase = Secret(passphrase)

    def begin(self) -> None:
        """Make the file with a key, unless it is there."""
        if not self.path.exists():
            self._write([os.urandom(KEY_BYTES)], replace=False)

    def renew(self) -> str:
        """Put a new key in front of the others, and return its id; what they wrapped stays readable."""
        with alone(self.path.parent):  # who writes over a key that another has just made loses it for ever
            keys = self._read()
            self._write([os.urandom(KEY_BYTES), *keys], replace=True)
            return self.keys().ids[0]

    def keys(self) -> Keys:
        """Return the keys that are in the file now.

        Raises
        ------
        KeyMissing
            If there is no such file, others may read it, or the passphrase is not the one it was written with.
        """
        return Keys(self._read())

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Return the id of the newest key, and a data key wrapped by it."""
        return self.keys().wrap(key, context)

    def unwrap(self, master_key: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key that was wrapped by one of the keys."""
        return self.keys().unwrap(master_key, wrapped, context)

    def __repr__(self) -> str:
        return f"KeyFile({str(self.path)!r})"

    def _read(self) -> list[bytes]:
        found = _parsed(_private_text(self.path))
        if found is None:
            raise KeyMissing(
                "this is no file of master keys", where=str(self.path), mend="bring it back from where it is kept"
            )
        texts, argon2id = found
        if argon2id is None:
            return [decoded(text, str(self.path)) for text in texts]
        return self._opened(texts, argon2id)

    def _opened(self, texts: list[str], argon2id: dict[str, Any]) -> list[bytes]:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if self._passphrase:
            with suppress(InvalidTag, ValueError, KeyError, TypeError):
                cipher = AESGCM(_derived(self._passphrase, **_cost(argon2id)))
                sealed = [base64.b64decode(text, validate=True) for text in texts]
                return [cipher.decrypt(item[:_NONCE_BYTES], item[_NONCE_BYTES:], _BOUND) for item in sealed]
        raise KeyMissing(
            "the file of master keys does not open" if self._passphrase else "the file of master keys is locked",
            where=str(self.path),
            mend=f"give its passphrase in {PASSPHRASE}",
        )

    def _write(self, keys: list[bytes], *, replace: bool) -> None:
        """Write the file as a whole or not at all; of two that make it at once one stays."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".master")  # of mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(self._document(keys), file)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                Path(name).replace(self.path)
            else:
                with suppress(FileExistsError):
                    os.link(name, self.path)
        finally:
            Path(name).unlink(missing_ok=True)
        _keep(self.path.parent)

    def _document(self, keys: list[bytes]) -> dict[str, Any]:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not self._passphrase:
            return {"version": 1, "argon2id": None, "keys": [base64.b64encode(key).decode() for key in keys]}
        salt = os.urandom(16)
        cipher = AESGCM(_derived(self._passphrase, salt=salt, **_COST))
        sealed = []
        for key in keys:
            nonce = os.urandom(_NONCE_BYTES)
            sealed.append(base64.b64encode(nonce + cipher.encrypt(nonce, key, _BOUND)).decode())
        return {"version": 1, "argon2id": {**_COST, "salt": base64.b64encode(salt).decode()}, "keys": sealed}


def _keep(directory: Path) -> None:
    """Have the names in a directory written down: a key that is used must not go with a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parsed(text: str) -> tuple[list[str], dict[str, Any] | None] | None:
    """Return the keys as they are written, and how their passphrase is derived; nothing if this is something else."""
    try:
        document = json.loads(text)
        keys = [str(key) for key in document["keys"]]
        return (keys, document["argon2id"]) if keys and document["version"] == 1 else None
    except (ValueError, KeyError, TypeError):
        return None


def _cost(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says of its passphrase; what would take the memory of the machine is refused."""
    cost = {name: int(document[name]) for name in _COST}
    if any(not 1 <= cost[name] <= most for name, most in _MOST.items()):
        raise ValueError
    return {**cost, "salt": base64.b64decode(document["salt"], validate=True)}


@lru_cache(maxsize=4)
def _derived(passphrase: Secret, *, salt: bytes, memory_kib: int, time: int, lanes: int) -> bytes:
    """Return the key of a passphrase; it is kept, since it takes a tenth of a second on purpose."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.reveal().encode(), salt, time_cost=time, memory_cost=memory_kib, parallelism=lanes,
        hash_len=KEY_BYTES, type=Type.ID,
    )  # fmt: skip


def _private_text(path: Path) -> str:
    """Return what is in a file that nobody else may touch.

    Raises
    ------
    KeyMissing
        If there is none, or others may read or write it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        handle = -1
    if handle < 0:
        raise KeyMissing(
            "the file of master keys is not here, or cannot be read",
            where=str(path),
            mend="bring it back from where it is kept: without it the secrets of connections stay closed",
        )
    with os.fdopen(handle) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077 or status.st_uid != os.geteuid():
            raise KeyMissing(
                "others may read or write the file of master keys",
                where=str(path),
                mend=f"make it yours alone: chown $(id -u) {path}; chmod 600 {path}",
            )
        return file.read(1 << 20)
