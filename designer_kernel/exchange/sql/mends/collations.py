"""Collations of ICU, on a server that is built without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.exchange.sql.mends._base import Case
from designer_kernel.exchange.sql.outcome import Mend

_NOT_SUPPORTED: Final = "0A000"
_WHY: Final = (
    "this server is built without ICU; text of this collation is then compared byte by byte, so its order is another "
    "and what the collation takes for equal (such as letters of both cases) differs"
)


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mend that makes a collation of the same name which every server has."""
    if case.statement.kind != "define_stmt" or case.failure.sqlstate != _NOT_SUPPORTED:
        return
    if "ICU" not in case.failure.message:
        return
    node = case.statement.node
    name = ".".join(quote(part.string.sval) for part in node.defnames)
    sql = f"CREATE COLLATION {'IF NOT EXISTS ' if node.if_not_exists else ''}{name} (provider = libc, locale = 'C')"
    yield Mend(f"collate-bytewise:{case.subject}", "compare byte by byte", _WHY, (case.replace(sql),))
