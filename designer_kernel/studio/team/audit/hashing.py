"""The hash of an audit row: over all that stands in it and the hash of the row before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team.audit import canonical

FORMAT: Final = 1
"""How the hash of a new row is made; each row says how its own is."""

BEGINNING: Final = "0" * 64
"""What stands for the hash of the row before the first."""

COLUMNS: Final = tuple(column.key for column in Audit.__table__.columns)

_DOMAIN: Final = b"schema-designer audit row\x00"
"""No hash of anything else is ever one of a row."""


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a row, in hexadecimal digits.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If a row cannot have been written like this.
    """
    if row["format"] != FORMAT:
        raise ValueError(f"there is no format {row['format']}")
    content = {name: _plain(row[name]) for name in COLUMNS if name != "hash"}
    return sha256(_DOMAIN + canonical.encode(content)).hexdigest()


def moment(value: datetime) -> str:
    """Return a time as it is hashed."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return moment(value) if isinstance(value, datetime) else value
