"""Views of a bare VALUES, which the server tells in words that give another view.

``(a) AS VALUES (1)`` is told as ``SELECT column1 AS a FROM (VALUES (1)) "*VALUES*"``: a view of a subquery, which
in turn is told in other words.
"""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.catalog.spelling import closing, names, split_list

_SELECT: Final = r"\s*SELECT ([^\n]+(?:,\n[^\n]+)*)\n\s*FROM \((?=VALUES )"
_BEGIN: Final = re.compile(_SELECT)
_BRANCH: Final = re.compile(rf"(?<=\n)( *\)? *(?:UNION|INTERSECT|EXCEPT)(?: ALL)?(?: \()?\n){_SELECT}")
_COLUMN: Final = re.compile(r"(?:\"\*VALUES\*\"\.)?column(\d+)(?: AS (\w+|\"(?:[^\"]|\"\")*\"))?")
_END: Final = ') "*VALUES*"'
_TAIL: Final = re.compile(r"(?:\n\s*(?:ORDER BY|LIMIT|OFFSET|FETCH) .*)?", re.DOTALL)


def taken_apart(query: str) -> tuple[str, str]:
    """Return the list of columns of a view, with the space before it, and its query, as whoever made it wrote them."""
    query = _with_plain_branches(query)
    begin = _BEGIN.match(query)
    end = _end(query, begin)
    columns = _columns(begin[1]) if begin is not None else []
    if begin is None or end < 0 or not columns or not _TAIL.fullmatch(query, end + len(_END)):
        return "", query
    return f" {names(columns)}", query[begin.end() : end] + query[end + len(_END) :]


def _with_plain_branches(query: str) -> str:
    """Return a query with the VALUES in it that are united with something before them as what they are."""
    begin = _BRANCH.search(query)
    while begin is not None:
        end = _end(query, begin)
        if end >= 0 and _columns(begin[2]):
            query = f"{query[: begin.start()]}{begin[1]} {query[begin.end() : end]}{query[end + len(_END) :]}"
        begin = _BRANCH.search(query, begin.start() + 1)
    return query


def _end(query: str, begin: re.Match[str] | None) -> int:
    """Return where the brackets around VALUES close, or -1 if they have another name than the server's."""
    end = closing(query, begin.end() - 1) if begin is not None else -1
    return end if end >= 0 and query.startswith(_END, end) else -1


def _columns(targets: str) -> list[str]:
    """Return the names of the columns if they are all those of VALUES in their order, else nothing."""
    found = [_COLUMN.fullmatch(column) for column in split_list(targets)]
    if [int(column[1]) if column else 0 for column in found] != list(range(1, len(found) + 1)):
        return []
    written = [column[2] or f"column{column[1]}" for column in found if column]
    return [name[1:-1].replace('""', '"') if name.startswith('"') else name for name in written]
