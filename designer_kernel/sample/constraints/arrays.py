"""Columns of candidates as arrays in the server's binary form (``array_recv``), exactly as rows are loaded."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg.adapt import Dumper
from psycopg.pq import Format

from designer_kernel.sample.loading import wire
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Values


@dataclass(frozen=True, slots=True)
class BinaryArray:
    """An array as the server reads it; the statement says of which type by a cast."""

    data: bytes


class BinaryArrayDumper(Dumper):
    """Passes the bytes as they are."""

    format = Format.BINARY

    def dump(self, obj: BinaryArray) -> bytes:
        """Return the bytes."""
        return obj.data


def images(form: Form, values: Values) -> list[bytes | None]:
    """Return the image of each value."""
    made: list[bytes | None] = wire.image(form, values).to_pylist()
    return made


def array(form: Form, items: Sequence[bytes | None], *, is_base: bool = False) -> BinaryArray:
    """Return images as an array; ``is_base`` says that it is one of the type under a domain."""
    try:
        number = wire.oid_of(replace(form, is_own=False) if is_base else form)
    except KeyError:  # a type of an extension
        number = wire.oid_of(form)
    parts = [struct.pack("!iiIii", 1, int(any(i is None for i in items)), number, len(items), 1)]
    parts += [struct.pack("!i", -1) if item is None else struct.pack("!i", len(item)) + item for item in items]
    return BinaryArray(b"".join(parts))


def is_built_in(form: Form) -> bool:
    """Whether the type of a form, or the one under its domain, is one of the server's own."""
    try:
        return bool(wire.oid_of(replace(form, is_own=False)))
    except KeyError:
        return False


def is_sendable(form: Form) -> bool:
    """Whether values of a form can be sent so."""
    return wire.is_known(form) and form.kind != "list"
