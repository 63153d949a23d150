"""Short spellings for cards: types as people write them, and the columns that a view's query gives."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import postgast

from designer_kernel.catalog import types
from designer_kernel.errors import InvalidSql

_SHORT: Final = types.SHORT | {"double precision": "float8", "boolean": "bool"}
"""What fits on a card."""

_STRING: Final = re.compile(r"'(?:[^']|'')*'")
_WORD: Final = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")+)"|\b(?P<plain>[^\W\d]\w*)\b)(?!\s*\()')


@lru_cache(maxsize=4096)
def short_type(text: str) -> str:
    """Return a type's shortest usual spelling: ``character varying(255)`` → ``varchar(255)``."""
    try:
        parsed = types.parse(text)
    except InvalidSql:
        return text
    if short := types.respelled(parsed, _SHORT):
        return short
    return str(parsed).replace(",0)", ")") if parsed.name == "numeric" else str(parsed)


@lru_cache(maxsize=4096)
def words_of(expression: str) -> frozenset[str]:
    """Return the names that an expression may mean: its words without texts and without the names of functions."""
    found = _WORD.finditer(_STRING.sub(" ", expression))
    return frozenset(m["quoted"].replace('""', '"') if m["quoted"] else m["plain"].lower() for m in found)


@lru_cache(maxsize=1024)
def output_names(query: str) -> tuple[str, ...]:
    """Return the names of the columns that a query gives; a star and what only the server could name are left out."""
    select = postgast.parse(query).stmts[0].stmt.select_stmt
    while select.HasField("larg"):  # the first SELECT of a UNION names its columns
        select = select.larg
    names = (_output_name(target.res_target) for target in select.target_list)
    return tuple(dict.fromkeys(name for name in names if name))


def _output_name(target: Any) -> str:
    if target.name:
        return str(target.name)
    value = target.val
    kind = value.WhichOneof("node")
    if kind == "type_cast":
        value = value.type_cast.arg
        kind = value.WhichOneof("node")
    if kind == "column_ref":
        last = value.column_ref.fields[-1]
        return str(last.string.sval) if last.WhichOneof("node") == "string" else ""
    if kind == "func_call":
        return str(value.func_call.funcname[-1].string.sval)
    return ""
