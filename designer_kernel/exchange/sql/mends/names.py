"""Names in three parts: PostgreSQL has schemas in a database, and nothing nested in a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.exchange.sql.mends._base import Case
from designer_kernel.exchange.sql.outcome import Change, Mend

_NAME: Final = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_CROSS: Final = re.compile(r'references are not implemented: "?([^".]+)\.([^".]+)\.([^"]+)"?')
_NESTED_SCHEMA: Final = re.compile(
    rf"\s*CREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?({_NAME})\s*\.\s*({_NAME})(.*)", re.IGNORECASE | re.DOTALL
)


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mend that makes two parts of a name of three."""
    found = _CROSS.search(case.failure.message)
    if found is not None:
        yield _flattened(case, found[1], found[2])
    nested = _NESTED_SCHEMA.fullmatch(case.statement.sql) if case.failure.sqlstate == "42601" else None
    if nested is not None:
        yield _flattened(case, nested[1].strip('"'), nested[2].strip('"'))


def _flattened(case: Case, outer: str, inner: str) -> Mend:
    """Return the mend that makes one schema of two names, in every statement that has them."""
    makes_outer = any(
        s.kind == "create_schema_stmt" and s.node.schemaname == outer and not s.skip for s in case.script.statements
    )
    name = f"{outer}_{inner}" if makes_outer else inner
    pattern = re.compile(rf'(?<![\w."])"?{re.escape(outer)}"?\s*\.\s*"?{re.escape(inner)}"?(?![\w"])', re.IGNORECASE)
    changes = tuple(
        Change("replace", s.number, pattern.sub(lambda _: quote(name), s.sql))
        for s in case.script.statements
        if s.number and not s.skip and pattern.search(s.sql)
    )
    if makes_outer:
        why = f"a schema cannot stand in another, so {outer}.{inner} becomes the schema {name}"
    else:
        why = f"a name has two parts at most, and {outer} is read as another database: the schema is {name}"
    return Mend(f"flatten:{outer}.{inner}", f"write {name} for {outer}.{inner}", why, changes)
