"""Text vectors of what the row says: the words of its title and body, so that a search finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.parameters import refused
from designer_kernel.sample.providers.provider import Context, Provider, Rule
from designer_kernel.sample.rows.values import Values, joined

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_SAYING = re.compile(
    r"(\w+_)?(name|title|headline|subject|summary|body|content|text|description|bio|abstract|keywords|caption|message)"
)
_MOST = 3


@dataclass(frozen=True, slots=True)
class Words(Provider):
    """The words of other columns of the row, in the order of the columns."""

    plus: tuple[str, ...]

    @property
    def name(self) -> str:
        return "text search"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        parts: list[Any] = []
        for name in self.plus:
            values = frame.column(name)
            text = values.data if values.null is None else pc.if_else(values.null, "", values.data)
            parts += [text, " "]
        return Values(joined(*parts))


def _of_the_row(context: Context) -> Provider | None:
    said = [n for n, c in context.table.columns.items() if c.form.kind == "text" and _SAYING.fullmatch(n)]
    return Words(tuple(said[:_MOST])) if said and context.unique is None else None


def search(context: Context, *, columns: list[str]) -> Provider:
    """The words of other columns of the row, as a text vector or a query for all of them."""
    if context.kind not in ("tsvector", "tsquery"):
        raise refused(context, f"{context.column.type} is no text vector", "use another provider")
    for name in columns:
        known = context.table.columns.get(name)
        if known is None or known.form.kind != "text" or known.generated:
            raise refused(context, f"there is no column of text {name!r}", "name columns of text")
    if not columns:
        raise refused(context, "there are no columns", "give columns: [title, body]")
    return Words(tuple(columns))


RULES = (Rule(r"\w+", frozenset({"tsvector"}), _of_the_row, "the words of the row's own text"),)

NAMED = {"text search": search}
