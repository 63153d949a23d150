"""Whether triggers and rules fire: ``ALTER TABLE … ENABLE REPLICA TRIGGER``.

A partition has its own state of a trigger that it got from its parent, so the state is a fact of its own. It is told
where it is not what creating the trigger gives: enabled, or the state that the parent's trigger has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import RULES, TRIGGERS
from designer_kernel.catalog.kinds._queries import RELATIONS, not_of_extension
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_STATE: Final = """CASE {} WHEN 'O' THEN 'ENABLE' WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                   WHEN 'A' THEN 'ENABLE ALWAYS' END"""

TRIGGERS_ABOVE: Final = """(
                       WITH RECURSIVE above AS (
                           SELECT p.oid, p.tgparentid, p.tgrelid, p.tgname, 1 AS place
                           FROM pg_trigger p WHERE p.oid = t.tgparentid
                           UNION ALL
                           SELECT p.oid, p.tgparentid, p.tgrelid, p.tgname, a.place + 1
                           FROM above a JOIN pg_trigger p ON p.oid = a.tgparentid)
                       SELECT array_agg(ARRAY[n.nspname, r.relname, a.tgname] ORDER BY a.place)
                       FROM above a
                       JOIN pg_class r ON r.oid = a.tgrelid
                       JOIN pg_namespace n ON n.oid = r.relnamespace)"""
"""The triggers above the trigger ``t`` of a partition, as (schema, table, name), the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerState(CatalogObject):
    """When a trigger fires: ENABLE, DISABLE, ENABLE REPLICA or ENABLE ALWAYS.

    For a trigger that a partition has from its parent, ``inherited`` are the triggers above, (schema, table, name),
    the nearest first. Their states are set first, since that sets those of all partitions below.
    """

    kind = "trigger_state"
    presence = TRIGGERS
    rank = 301
    section = "Triggers"
    schema: str
    table: str
    trigger: str
    state: str
    inherited: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("trigger_state", (self.schema, self.table, self.trigger))

    @property
    def parent(self) -> ObjectId:
        if self.inherited:
            return table_id(self.schema, self.table)
        return ObjectId("trigger", (self.schema, self.table, self.trigger))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        for path in self.inherited:
            yield ObjectId("trigger", path)
            yield ObjectId("trigger_state", path)
        yield ObjectId("trigger", (self.schema, self.table, self.trigger))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    {self.state} TRIGGER {quote(self.trigger)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ENABLE TRIGGER {quote(self.trigger)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_trigger'::regclass::oid, t.oid, -1, c.schema, c.relname, t.tgname,
                   {_STATE.format("t.tgenabled")},
                   CASE WHEN t.tgparentid <> 0 THEN {TRIGGERS_ABOVE} ELSE '{{}}' END
            FROM pg_trigger t
            JOIN relations c ON c.oid = t.tgrelid
            LEFT JOIN pg_trigger u ON u.oid = t.tgparentid
            LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
            WHERE (t.tgparentid <> 0 OR NOT t.tgisinternal) AND (k.contype IS NULL OR k.contype = 't')
              AND t.tgenabled <> coalesce(u.tgenabled, 'O') AND {not_of_extension("pg_trigger", "t.oid")}
            ORDER BY c.schema, c.relname, t.tgname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState(CatalogObject):
    """When a rule applies: DISABLE, ENABLE REPLICA or ENABLE ALWAYS."""

    kind = "rule_state"
    presence = RULES
    rank = 211
    section = "Rules"
    schema: str
    table: str
    rule: str
    state: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("rule_state", (self.schema, self.table, self.rule))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("rule", (self.schema, self.table, self.rule))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    {self.state} RULE {quote(self.rule)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ENABLE RULE {quote(self.rule)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_rewrite'::regclass::oid, r.oid, -1, c.schema, c.relname, r.rulename,
                   {_STATE.format("r.ev_enabled")}
            FROM pg_rewrite r
            JOIN relations c ON c.oid = r.ev_class
            WHERE r.ev_type <> '1' AND r.ev_enabled <> 'O' AND {not_of_extension("pg_rewrite", "r.oid")}
            ORDER BY c.schema, c.relname, r.rulename
            """
