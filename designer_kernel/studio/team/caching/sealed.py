"""Values that leave the process: packed, and sealed so that only who has the key can read them, or write any."""

from __future__ import annotations

import hmac
import os
import zlib
from typing import Final

_PURPOSE: Final = b"schema-designer: values in a shared cache, 1"
_NONCE: Final = 12
_TAG: Final = 16


class Seal:
    """Seals values under a key, each to its name: one that is put in another's place is worth nothing.

    Parameters
    ----------
    secret
        What the key is made of; all processes that share values have the same.
    """

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(hmac.digest(secret, _PURPOSE, "sha256"))

    def close(self, name: str, plain: bytes) -> bytes:
        """Return a value as it may be given away."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(plain, 1), name.encode())

    def open(self, name: str, sealed: bytes) -> bytes | None:
        """Return the value that was sealed under a name; ``None`` if this is not one."""
        from cryptography.exceptions import InvalidTag

        if len(sealed) < _NONCE + _TAG:
            return None
        try:
            return zlib.decompress(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode()))
        except InvalidTag:
            return None
