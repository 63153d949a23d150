"""A name that must be written in double quotes in every query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from designer_kernel.catalog.identifiers import confusable, quote
from designer_kernel.design.edits import Edit, RenameAttribute, RenameEntity
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "info",
    "PostgreSQL folds unquoted names to lower case and keeps some words for itself; whoever forgets the quotes gets "
    "an error.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield entities and attributes whose name is a reserved word, has capitals, or has other characters."""
    entity_names = {entity.name for entity in context.design.entities}
    for entity in context.design.entities:
        if quote(entity.name) != entity.name and not confusable(entity.name):
            plain = _plain(entity.name, entity_names)
            mend: Edit | None = RenameEntity(entity_id=entity.id, name=plain) if plain else None
            yield Found(_message(entity.name), (entity.id,), mend, f"rename it to {plain}" if plain else "")
        names = {attribute.name for attribute in entity.attributes}
        for attribute in entity.attributes:
            if quote(attribute.name) != attribute.name and not confusable(attribute.name):
                plain = _plain(attribute.name, names)
                mend = RenameAttribute(entity_id=entity.id, attribute_id=attribute.id, name=plain) if plain else None
                message = _message(f"{entity.name}.{attribute.name}")
                yield Found(message, (attribute.id, entity.id), mend, f"rename it to {plain}" if plain else "")


def _message(name: str) -> str:
    return f"{name} needs double quotes in SQL"


def _plain(name: str, taken: set[str]) -> str:
    """Return a close name that needs no quotes, or an empty string."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    ascii_only = unicodedata.normalize("NFKD", snake).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9_]+", "_", ascii_only.lower()).strip("_")
    if plain[:1].isdigit():
        plain = f"n{plain}"
    if plain and quote(plain) != plain:
        plain = f"{plain}_"
    return plain if plain and plain not in taken and len(plain) <= 63 else ""
