"""Sealing: AES-256-GCM, bound to the place that a secret belongs to.

What is sealed begins with its version, the id of its data key and a random nonce of 96 bits. Version, key id and place
are authenticated with it, so that what was sealed for one connection opens at no other, in no other field and under no
other key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from designer_kernel.studio.team.secrets.failures import SecretUnreadable
from designer_kernel.studio.team.secrets.secret import Secret

VERSION: Final = 1
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEAD: Final = 1 + 16
_DOMAIN: Final = b"schema-designer secret\x00"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret belongs.

    Attributes
    ----------
    object
        The connection.
    field
        The column.
    """

    workspace: UUID
    object: UUID
    field: str

    def bound(self, head: bytes) -> bytes:
        """Return what is authenticated beside the secret; no two places share it."""
        return _DOMAIN + head + self.workspace.bytes + self.object.bytes + self.field.encode()


@dataclass(frozen=True, slots=True, repr=False)
class OpenKey:
    """A data key that was unwrapped; it stays in memory, for as long as it is used."""

    id: UUID
    key: bytes

    def __repr__(self) -> str:
        return f"OpenKey({self.id})"


def seal(key: OpenKey, place: Place, secret: Secret) -> bytes:
    """Return a secret, sealed for its place."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head, nonce = bytes([VERSION]) + key.id.bytes, os.urandom(_NONCE_BYTES)
    return head + nonce + AESGCM(key.key).encrypt(nonce, secret.reveal().encode(), place.bound(head))


def unseal(key: OpenKey, place: Place, sealed: bytes) -> Secret:
    """Return what was sealed for a place.

    Raises
    ------
    SecretUnreadable
        If it was sealed by another key or for another place, or was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head, nonce, rest = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE_BYTES], sealed[_HEAD + _NONCE_BYTES :]
    if key_of(sealed) == key.id:
        try:
            return Secret(AESGCM(key.key).decrypt(nonce, rest, place.bound(head)).decode())
        except (InvalidTag, UnicodeDecodeError):
            pass
    raise unreadable()


def key_of(sealed: bytes) -> UUID:
    """Return the id of the data key that something is sealed under.

    Raises
    ------
    SecretUnreadable
        If it is nothing that was sealed here.
    """
    if len(sealed) < _HEAD + _NONCE_BYTES + _TAG_BYTES or sealed[0] != VERSION:
        raise unreadable()
    return UUID(bytes=sealed[1:_HEAD])


def unreadable() -> SecretUnreadable:
    """Return the error of a secret that stays closed."""
    return SecretUnreadable(
        "the secret cannot be opened with the keys that are here",
        mend="give the master key that it was sealed under, or enter the connection string again",
    )
