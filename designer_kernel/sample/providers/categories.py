"""Categories: departments at the roots of a tree and their articles below; products agree with their category."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter, Tree
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import Provider, unwrapped, words
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary.products import DEPARTMENTS

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

ARTICLES = tuple((d, a) for d, row in enumerate(DEPARTMENTS) for a in row[2])
"""Department and name of each article, eight of each department in turn."""

EACH = len(DEPARTMENTS[0][2])
"""Articles of one department."""


_DEEPEST = 64


class Category(NamedTuple):
    """The department of each row, and which of its articles; -1 for the department itself."""

    department: Rows
    article: Rows


@dataclass(frozen=True, slots=True)
class CategoryName(Provider):
    """A department, or an article of the department above it in the tree.

    With a ``counter`` names are distinct among its rows: all departments first, then all articles, then numbered ones.
    """

    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        names = words(tuple(row[0] for row in DEPARTMENTS) + tuple(plural(article) for _, article in ARTICLES))
        where = category(frame)
        index = np.where(
            where.article < 0, where.department, len(DEPARTMENTS) + where.department * EACH + where.article
        )
        if self.counter is None:
            return Values(picked(names, index))
        number = frame.counted(self.counter) // len(names)
        return Values(joined(picked(names, index), pc.if_else(number == 0, "", joined(" ", digits(number + 1)))))


def category(frame: Frame) -> Category:
    """Return the category of each row of a table of categories."""
    if frame.whole is not None:
        return Category(*(part[frame.places] for part in category(frame.whole)))
    made: Category = frame.shared("category", lambda: _category(frame))
    return made


def _category(frame: Frame) -> Category:
    counter = next((p.counter for p in _names(frame) if p.counter is not None), None)
    tree = next(
        (r.name for r in frame.table.references.values() if isinstance(r.rule, Tree) and r.rule.has_roots), None
    )
    rank = frame.counted(counter) if counter is not None else frame.position("owner" if frame.table.owner else "rows")
    if counter is not None or tree is None:
        rank = rank % (len(DEPARTMENTS) + len(ARTICLES))
        below = rank - len(DEPARTMENTS)
        is_department = below < 0
        return Category(np.where(is_department, rank, below // EACH), np.where(is_department, -1, below % EACH))
    is_root = frame.absent(tree)
    assert is_root is not None  # the rule has roots
    root = frame
    for _ in range(_DEEPEST):
        above = root.absent(tree)
        if above is None or above.all():
            break
        root = root.at(np.where(above, root.rows, root.parent(tree).rows))
    department = root.position("owner" if frame.table.owner else "rows") % len(DEPARTMENTS)
    return Category(department, np.where(is_root, -1, rank % EACH))


def _names(frame: Frame) -> list[CategoryName]:
    providers = (unwrapped(column.provider) for column in frame.table.columns.values())
    return [provider for provider in providers if isinstance(provider, CategoryName)]


def category_of(frame: Frame) -> Category | None:
    """Return the category that each row refers to, if its table refers to categories."""
    for reference in frame.table.references.values():
        if reference.parent != frame.name:
            parent = frame.parent(reference.name)
            if _names(parent):
                return category(parent)
    return None


def plural(article: str) -> str:
    """Return an English noun's plural."""
    if article.endswith("s"):
        return article
    if article.endswith(("x", "ch", "sh")):
        return article + "es"
    return article[:-1] + "ies" if re.search("[^aeiou]y$", article) else article + "s"
