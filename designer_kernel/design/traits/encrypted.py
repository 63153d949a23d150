"""Encrypted: attributes are kept as ciphertext; pgcrypto does the work with a key from a session setting."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class Encrypted(Trait):
    """Each of ``attributes`` becomes ``encrypted_<name> bytea``, with functions to write and read it.

    ``key_setting`` names the session setting that holds the key; the key itself is never part of a design.
    """

    order: ClassVar[int] = 40
    title: ClassVar[str] = "encrypted"

    kind: Literal["encrypted"] = "encrypted"
    attributes: Annotated[tuple[Name, ...], Field(min_length=1)]
    key_setting: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$", max_length=63)] = (
        "app.encryption_key"
    )
