"""A script that follows a catalog through its changes: what an edit left alone is neither ordered nor written again.

The order of a script depends on what its statements need of each other. Columns, defaults, checks and keys stand in
the statement of their table and need nothing outside of it, so a change of them changes one statement and no order.
Whatever else changes, the script is made from nothing: `designer_kernel.catalog.render.script` says what it must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.memory import without_collection
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.order import Group, groups
from designer_kernel.catalog.render import Made, Script, assembled, summary

_PARTS: Final = (Column, Default, Unique, PrimaryKey, Check)
"""What may come, go and change within the statement of its table."""

_MOST: Final = 400
"""With more changes than this the script is another one."""


class Rendering:
    """The script of a catalog, and the catalog that it was made of. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._catalog = Catalog()
        self._made: list[Made] = []
        self._place: dict[ObjectId, int] = {}
        self._summary = ""
        self._keys: dict[ObjectId, list[ForeignKey]] = {}
        self._named: set[ObjectId] = set()
        self._above: set[tuple[str, str]] = set()

    @without_collection()
    def script(self, catalog: Catalog, title: str = "") -> Script:
        """Return the script that creates a catalog, as `designer_kernel.catalog.render.script` does.

        Raises
        ------
        InvalidDesign, InvalidIdentifier
            As that does.
        """
        if not self._follow(catalog):
            self._begin(catalog)
        return assembled(self._made, self._summary, title)

    def _begin(self, catalog: Catalog) -> None:
        self._made = []  # if this fails, nothing is known
        made = [Made.of(catalog, group) for group in groups(catalog)]
        self._keys, self._named = {}, set()
        for one in made:
            for fact in one.group:
                if isinstance(fact, ForeignKey):
                    for table in {fact.parent, fact.referenced}:
                        self._keys.setdefault(table, []).append(fact)
                elif not isinstance(one.group.root, Table):
                    self._named.update((*fact.requires(catalog), *fact.depends, *fact.prefers))
        self._above = {path for table in catalog.of(Table) for path in table.parents}
        self._place = {one.group.root.id: place for place, one in enumerate(made) if one.group.stage == "whole"}
        self._made, self._catalog, self._summary = made, catalog, summary(catalog)

    def _follow(self, catalog: Catalog) -> bool:
        """Go on to another catalog that is in the same order; whether it is."""
        before = self._catalog
        if not self._made:
            return False
        changed = {key for key, fact in catalog.items() if before.get(key) is not fact}
        gone = before.keys() - catalog.keys() if len(before) + len(changed) != len(catalog) or changed else set()
        added = {key for key in changed if key not in before}
        if len(changed) + len(gone) > _MOST:
            return False
        if [key for key in before if key not in gone] != [key for key in catalog if key not in added]:
            return False
        tables = self._tables([before[key] for key in gone], [catalog[key] for key in changed])
        if tables is None or self._named & (gone | added):
            return False
        ordered = _hand_down(before, catalog, tables, gone, added)
        new: dict[int, Made] = {}
        for table in tables:
            place = self._place[table]
            group = self._regrouped(self._made[place].group, catalog, ordered, changed, gone)
            if group is None:
                return False
            new[place] = Made.of(catalog, group)
        self._made = [new.get(place, one) for place, one in enumerate(self._made)] if new else self._made
        self._catalog = catalog
        return True

    def _tables(self, gone: Sequence[CatalogObject], changed: Iterable[CatalogObject]) -> set[ObjectId] | None:
        """Return the tables whose statements alone have changed; ``None`` if more has."""
        tables: set[ObjectId] = set()
        left = {fact.id for fact in gone}
        for fact in (*gone, *changed):
            if isinstance(fact, Table):
                key = fact.id
                if key not in self._catalog or not _is_plain(fact):
                    return None
            elif isinstance(fact, _PARTS) and fact.placement == "folds":
                key = table_id(fact.schema, fact.table)
            else:
                return None
            was = self._catalog.get(key)
            if key not in self._place or not isinstance(was, Table) or not _is_plain(was) or key.path in self._above:
                return None
            if key in left:
                return None
            tables.add(key)
        return tables

    def _regrouped(
        self,
        group: Group,
        catalog: Catalog,
        ordered: Sequence[CatalogObject],
        changed: set[ObjectId],
        gone: set[ObjectId],
    ) -> Group | None:
        """Return the group of a table as it is now; ``None`` if it needs, or others need of it, what they did not."""
        before, table, root = self._catalog, group.root.id, catalog.get(group.root.id)
        was = {fact.id for fact in group.folded}
        left = [before[key] for key in gone | (changed & before.keys()) if key != table]
        left = [fact for fact in left if _table_of(fact) == table]
        if root is None or not was.issuperset(fact.id for fact in left):
            return None  # something of the table that has a statement of its own
        folded = [
            fact
            for fact in ordered
            if _table_of(fact) == table and (fact.id in was or (fact.id in changed and fact.id not in before))
        ]
        folded = [fact for fact in folded if fact.id != table]
        now = {fact.id for fact in folded}
        new = [fact for fact in folded if fact.id in changed]
        same = [catalog[key] for key in was & now if key not in changed]
        is_in_order = (
            all(_is_quiet(fact, before, was | {table}) for fact in left)
            and all(_is_quiet(fact, catalog, now | {table}) for fact in new)
            and all(fact.parent in now or fact.parent == table for fact in folded)
            and all(fact.folds(catalog) for fact in folded)
            and all(part.folds(before) == part.folds(catalog) for part in before.all_parts(table) if part.id not in was)
            and all(_needs(fact, catalog) == _needs(fact, before) for fact in (*same, *self._keys.get(table, ())))
            and (_needs(root, catalog), root.prefers) == (_needs(group.root, before), group.root.prefers)
        )
        return Group(root, tuple(folded), group.followers, group.stage, group.is_early) if is_in_order else None


def _is_quiet(fact: CatalogObject, catalog: Catalog, inside: set[ObjectId]) -> bool:
    """Whether a fact needs nothing but what stands in one statement with it."""
    return not fact.prefers and inside.issuperset(_needs(fact, catalog))


def _is_plain(table: Table) -> bool:
    """Whether a table has to do with no other one but by foreign keys."""
    return not (table.partition_by or table.partition_of or table.inherits or table.of_type or table.standalone)


def _table_of(fact: CatalogObject) -> ObjectId | None:
    if isinstance(fact, Table):
        return fact.id
    return table_id(fact.schema, fact.table) if isinstance(fact, (*_PARTS, ForeignKey)) else fact.parent


def _needs(fact: CatalogObject, catalog: Catalog) -> list[ObjectId]:
    """Return what of a catalog a fact needs, apart from itself."""
    parent = () if fact.parent is None else (fact.parent,)
    named = (*parent, *fact.requires(catalog), *sorted(fact.depends))
    return [key for key in named if key in catalog and key != fact.id]


def _hand_down(
    before: Catalog, catalog: Catalog, tables: set[ObjectId], gone: set[ObjectId], added: set[ObjectId]
) -> list[CatalogObject]:
    """Return the parts of some tables in order, and let the catalog know all parts of all facts from the one before."""
    wanted = {*tables, *added}
    for table in tables:
        for part in before.all_parts(table):
            wanted.add(part.id)
            wanted.update(below.id for below in before.all_parts(part.id))
    wanted -= gone
    ordered = [fact for key, fact in catalog.items() if key in wanted] if wanted else []
    parts: dict[ObjectId, list[CatalogObject]] = {key: [] for key in (*wanted, *gone)}
    for fact in ordered:
        if fact.parent in parts and fact.id not in tables:
            parts[fact.parent].append(fact)
    for table in tables:
        above = before[table].parent
        if above is not None:
            held = parts.get(above) or before.all_parts(above)
            parts[above] = [catalog[part.id] if part.id == table else part for part in held]
    catalog.learn_parts(before, parts)
    return ordered
