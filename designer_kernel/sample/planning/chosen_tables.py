"""Which tables of a database are filled: those that somebody names, and all that their rows refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from designer_kernel.errors import UnknownObject
from designer_kernel.sample.existing.choice import Holding, divided
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.planning.facts import TableFacts, TableName


def named(facts: Mapping[TableName, TableFacts], name: str) -> TableName:
    """Return the table of a plain or qualified name.

    Raises
    ------
    UnknownObject
        If there is none, or more than one.
    """
    found = [table for table in facts if name in (table[1], ".".join(table))]
    if len(found) == 1:
        return found[0]
    what = f"there is no table {name!r}" if not found else f"there are several tables {name!r}"
    raise UnknownObject(what, where=name, mend="use one of " + ", ".join(".".join(t) for t in found or facts)[:400])


def closed(
    everything: dict[TableName, TableFacts],
    tables: Iterable[str] | None,
    wishes: Iterable[TableName],
    notes: list[str],
    reader: Reader | None,
) -> tuple[dict[TableName, TableFacts], frozenset[TableName]]:
    """Return the chosen tables and all that their rows refer to, and which of these keep the rows that they have.

    Without a choice all tables are filled.
    """
    if tables is None:
        return everything, frozenset()
    asked = {named(everything, name) for name in tables}
    holding: Holding = reader.holding if reader is not None else lambda _names: frozenset()
    ours = {name for name, table in everything.items() if not table.elsewhere} - set(wishes)
    facts, held = divided(everything, asked, lambda names: holding(set(names) & ours))
    notes.extend(f"{'.'.join(name)} is filled as well: it is referred to" for name in sorted(set(facts) - asked - held))
    notes.extend(f"{'.'.join(name)} keeps its rows: new ones refer to them" for name in sorted(held))
    return facts, held
