"""What people say of rows, checked against the table: keys, values to write, revisions, and pages to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2s
from typing import Any, Final

from psycopg import sql

from designer_kernel.studio.refusals import BadInput, NotFound
from designer_kernel.studio.tabular import statements, values
from designer_kernel.studio.tabular.shape import Shape
from designer_kernel.studio.tabular.statements import Filter, Sort
from designer_kernel.studio.tabular.views import Page, row_view

MOST_ROWS: Final = 1_000
"""Rows that are added at once, or read as one page."""

ANY: Final = "*"
"""The revision of whoever does not mind what a row has become."""

_SIGNS: Final = {"=": "eq", "!=": "ne", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}

Reading = Callable[[sql.Composable, Mapping[str, Any]], list[dict[str, Any]]]
"""Runs a statement of `statements` with its values, and returns the objects that it gives."""


def key_of(held: Shape, key: Mapping[str, Any]) -> dict[str, Any]:
    """Return a key, all of it and nothing else: rows are never changed in bulk.

    Raises
    ------
    BadInput
        If it is none of this table.
    """
    if not held.key:
        raise BadInput(
            f"{held.name} has no key that tells its rows apart", where="key", mend="give it a primary key in the design"
        )
    if not isinstance(key, Mapping) or set(key) != set(held.key):
        raise BadInput("this is no key of the table", where="key", mend=f"give {', '.join(held.key)}")
    plain = {name: values.plain(key[name], name) for name in held.key}
    for name, value in plain.items():
        if value is None:
            raise BadInput("a key is never null", where=name, mend="give its value")
    return plain


def changes_of(held: Shape, row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the values of a row in the order of its columns; what nobody may write is refused by name.

    Raises
    ------
    BadInput
        If there is no such column, the server computes it, or a value cannot be stored.
    """
    if not isinstance(row, Mapping):
        raise BadInput("a row is an object", where=prefix.rstrip(".") or "rows", mend="give values by column")
    for name in row:
        if held.column(name, f"{prefix}{name}").is_computed:
            raise BadInput("the server computes this", where=f"{prefix}{name}", mend="leave it out")
    return {c.name: values.plain(row[c.name], f"{prefix}{c.name}") for c in held.columns if c.name in row}


def revision_of(revision: str) -> str:
    """Return a revision.

    Raises
    ------
    BadInput
        If it is none.
    """
    if not isinstance(revision, str) or not revision:
        raise BadInput("a row is changed as of a revision", where="revision", mend=f"give it, or {ANY!r} for any")
    return str(values.plain(revision, "revision"))


def page(
    held: Shape,
    of: str,
    filters: Sequence[Filter],
    sort: Sequence[Sort],
    reading: Reading,
    *,
    limit: int,
    cursor: str | None,
    exact: bool = False,
) -> Page:
    """Return rows that pass all filters, in order; the key decides where the order says nothing.

    Parameters
    ----------
    of
        What tells the table from all others: a cursor is worth something for that alone.
    limit
        At most so many, up to `MOST_ROWS`; fewer, if a page would have more than `statements.MOST_BYTES`. A row that
        has more comes alone, and bare.
    cursor
        Where the page before ended; it is worth nothing for other filters or another order.
    exact
        See `statements.selecting`.

    Raises
    ------
    BadInput
        If a filter, a sort, the limit or the cursor means nothing here.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        raise BadInput("this is no number of rows", where="limit", mend=f"give 1 to {MOST_ROWS}")
    order = [*sort, *(Sort(name) for name in held.key if name not in {one.column for one in sort})]
    question = _question(of, held.name, filters, order)
    after = values.place(cursor, question, len(order)) if cursor is not None else None
    if cursor is not None and not held.key:
        raise BadInput("no key tells these rows apart", where="cursor", mend="read them without a cursor")
    statement, given = statements.selecting(held, filters, order, after, limit + 1, exact=exact)
    found = reading(statement, given)
    shown, behind = found[:limit], None
    if shown and shown[0]["of"] > len(shown) and held.key:
        behind = values.cursor(question, [shown[-1][f"s{number}"] for number in range(len(order))])
    return Page(tuple(row_view(held, row) for row in shown), behind)


def no_row() -> NotFound:
    """Return the refusal of a key that no row has."""
    return NotFound("there is no such row", where="key", mend="look for it: it may have been removed")


def _question(of: str, table: str, filters: Sequence[Filter], order: Sequence[Sort]) -> str:
    """Return what tells a question from others, so that a cursor is not used for another one."""
    asked = [[one.column, one.operation, values.plain(one.value, one.column)] for one in filters]
    sorts = [[one.column, one.descending] for one in order]
    text = values.document(values.plain([of, table, asked, sorts], "filters"))
    return blake2s(text.encode(), digest_size=8).hexdigest()


def filters_of(where: Mapping[str, Any] | None) -> list[Filter]:
    """Return filters as people write them: a value, ``None``, a list, or a pair such as ``(">=", 10)``.

    Raises
    ------
    BadInput
        If there is no such comparison.
    """
    found: list[Filter] = []
    for column, wanted in (where or {}).items():
        if wanted is None:
            found.append(Filter(column, "is_null", True))
        elif isinstance(wanted, list | set | frozenset):
            found.append(Filter(column, "in", list(wanted)))
        elif isinstance(wanted, tuple):
            if len(wanted) != 2 or _SIGNS.get(wanted[0], wanted[0]) not in statements.OPERATIONS:
                signs = ", ".join([*_SIGNS, "like", "ilike", "in", "is_null"])
                raise BadInput("this is no comparison", where=column, mend=f'write (">=", value); there are {signs}')
            found.append(Filter(column, _SIGNS.get(str(wanted[0]), str(wanted[0])), wanted[1]))
        else:
            found.append(Filter(column, "eq", wanted))
    return found


def sorts_of(order: str | Sequence[str] | None) -> list[Sort]:
    """Return an order as people write it: names of columns, ``-name`` for falling values."""
    names = [order] if isinstance(order, str) else list(order or ())
    return [Sort(name.removeprefix("-"), descending=name.startswith("-")) for name in names]
