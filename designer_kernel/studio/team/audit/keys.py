"""The key that checkpoints are signed with: a file that only its owner may read, and its public half beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class BadKey(DesignerError):
    """A key file that is missing, open to others, or none."""

    code = "bad_key"


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file; if there is none, one is made, and its public half is written to ``….pub``.

    Raises
    ------
    BadKey
        If others may read the file, or it is no such key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not path.exists():
        _make(path)
    key = _private(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("this is no Ed25519 key", where=str(path), mend="name the key that checkpoints were signed with")
    return key


def verifying_key(path: Path) -> Ed25519PublicKey:
    """Return the public half of a key: of ``….pub``, which may be somewhere else than the key, or of the key itself.

    Raises
    ------
    BadKey
        If there is neither, or it is no such key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    if path != public and path.exists():
        return signing_key(path).public_key()
    try:
        key = load_pem_public_key(public.read_bytes())
    except FileNotFoundError:
        raise BadKey("there is no key", where=str(path), mend="name the key file, or its public half: --key") from None
    except ValueError:
        raise BadKey("this is no public key", where=str(public), mend="name the public half of the key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("this is no Ed25519 key", where=str(public), mend="name the key that checkpoints were signed with")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Return what tells a key from others: the beginning of the SHA-256 of its public half."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def private_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write a new file that only its owner may read; whoever comes second leaves it as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(own, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(own, path)  # all of it or nothing, and never over another one
    finally:
        own.unlink(missing_ok=True)


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private_file(
        path,
        [
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ],
    )
    public = _private(path).public_key()  # of the key that is there: another process may have been faster
    path.with_name(f"{path.name}.pub").write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _private(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if os.name == "posix" and mode & _OTHERS:
            raise BadKey("others may read this key", where=str(path), mend=f"chmod 600 {path}")
        content = file.read()
    try:
        return load_pem_private_key(content, password=None)  # type: ignore[return-value] # the caller looks
    except (ValueError, TypeError):
        raise BadKey("this is no private key", where=str(path), mend="name the key file") from None
