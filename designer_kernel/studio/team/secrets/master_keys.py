"""Master keys: they wrap the data keys of workspaces, and are never in the store.

A `KeyService` is what has them: the environment, a file (by default), or a service beside us.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from designer_kernel.studio.team.secrets.failures import KeyMissing
from designer_kernel.studio.team.secrets.sealing import KEY_BYTES, unreadable

KEY: Final = "DESIGNER_MASTER_KEY"
"""Environment variable with the master key: 32 bytes in base64."""

OLD_KEYS: Final = "DESIGNER_OLD_MASTER_KEYS"
"""Environment variable with master keys of before, between commas: they only unwrap."""

KEY_FILE: Final = "DESIGNER_KEY_FILE"
"""Environment variable with the path of the file of master keys, if it is not the one in the data directory."""

PASSPHRASE: Final = "DESIGNER_KEY_PASSPHRASE"  # noqa: S105 - the name of the variable
"""Environment variable with the passphrase of that file."""

SERVICE: Final = "DESIGNER_KEY_SERVICE"
"""Environment variable with the path of the Unix socket of a key service."""

_NONCE_BYTES: Final = 12


class KeyService(Protocol):
    """Who wraps and unwraps data keys."""

    def begin(self) -> None:
        """Make a master key if there is none; called only when nothing was ever wrapped."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Return the id of the master key in use, and a data key wrapped by it for a context.

        Raises
        ------
        KeyMissing
            If there is no master key.
        """

    def unwrap(self, master_key: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key that was wrapped.

        Raises
        ------
        KeyMissing
            If there is no such master key.
        SecretUnreadable
            If the bytes or the context are not those of the wrapping.
        """


class Keys:
    """Master keys in memory.

    Parameters
    ----------
    keys
        The first one wraps, all unwrap.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {identify(key): key for key in keys}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the one in use first."""
        return tuple(self._keys)

    def begin(self) -> None:
        """Do nothing: who gave the keys makes them."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Return the id of the key in use, and a data key wrapped by it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        name, master = next(iter(self._keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        return name, nonce + AESGCM(master).encrypt(nonce, key, context)

    def unwrap(self, master_key: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key that was wrapped by one of the keys."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if master_key not in self._keys:
            raise KeyMissing(
                "the master key of this secret is not here",
                where=f"master key {master_key}",
                mend=f"bring back the file of master keys, or give the key in {KEY} or {OLD_KEYS}",
            )
        if len(wrapped) > _NONCE_BYTES:
            try:
                return AESGCM(self._keys[master_key]).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)
            except InvalidTag:
                pass
        raise unreadable()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._keys)})"


def identify(key: bytes) -> str:
    """Return the id of a master key, which tells nothing of it."""
    return hashlib.sha256(b"schema-designer master key\x00" + key).hexdigest()[:16]


def decoded(text: str, where: str) -> bytes:
    """Return a master key that is written in base64.

    Raises
    ------
    KeyMissing
        If these are not 32 bytes in base64; the error does not hold the text.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        del key, text
        raise KeyMissing(
            "this is no master key", where=where, mend="give 32 random bytes in base64: openssl rand -base64 32"
        )
    return key


def configured(environment: Mapping[str, str] | None = None) -> KeyService:
    """Return the key service that the environment chooses: a key in it, a service, or else a file of keys."""
    from designer_kernel.studio.team.secrets.key_files import KeyFile, default_file
    from designer_kernel.studio.team.secrets.key_services import RemoteKeys

    given = os.environ if environment is None else environment
    if given.get(KEY):
        old = [text for text in given.get(OLD_KEYS, "").split(",") if text.strip()]
        return Keys([decoded(given[KEY], KEY), *(decoded(text, OLD_KEYS) for text in old)])
    if given.get(SERVICE):
        return RemoteKeys(Path(given[SERVICE]))
    path = given.get(KEY_FILE)
    return KeyFile(Path(path).expanduser() if path else default_file(), given.get(PASSPHRASE, ""))
