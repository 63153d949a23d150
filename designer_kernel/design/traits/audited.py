"""Audited: every change is written to an append-only log as JSON, by trigger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote_path, shorten
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.identity import derived_id
from designer_kernel.design.objects import Function
from designer_kernel.design.parts import Index, IndexKey, Trigger
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.traits._functions import definition
from designer_kernel.design.traits._recognition import Found, Sight, without
from designer_kernel.design.traits.encrypted import Encrypted, ciphertext_name
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion


class Audited(Trait):
    """Changes go to the table ``log``, one for all audited entities; ``exclude`` names attributes kept out of it.

    Changes of a partition are logged under the name of the whole table.
    """

    order: ClassVar[int] = 70
    title: ClassVar[str] = "audited"
    summary: ClassVar[str] = "Every change of a row is written down in a log table."

    kind: Literal["audited"] = "audited"
    log: Name = "audit_log"
    exclude: tuple[Name, ...] = ()

    def add_parts(self, expansion: Expansion) -> None:
        log = expansion.shared("audited", self.log)
        if log not in expansion.entities:
            self._add_log(expansion, log)
        for name, events in (("audit", ("INSERT", "UPDATE", "DELETE")), ("audit_truncate", ("TRUNCATE",))):
            expansion.add_part(
                "triggers",
                Trigger(
                    id=expansion.derived("audited", "trigger" if name == "audit" else name),
                    name=name,
                    timing="AFTER",
                    events=events,
                    for_each_row=name == "audit",
                    function=quote_path(expansion.source.default_schema, shorten(f"write_{self.log}")),
                    arguments=(json.dumps(list(expansion.entity.key)), json.dumps(self._hidden(expansion))),
                ),
            )

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        home = sight.design.default_schema
        triggers = {trigger.name: trigger for trigger in entity.triggers}
        both = [triggers[name] for name in ("audit", "audit_truncate") if name in triggers]
        if len(both) != 2:
            return None
        function = types.parse(both[0].function).name
        log = sight.entities.get((home, function.removeprefix("write_")))
        if log is None or len(both[0].arguments) != 2 or both[0].arguments != both[1].arguments:
            return None
        functions = (sight.functions.get((home, name)) for name in (function, shorten(f"refuse_change_of_{log.name}")))
        try:
            trait = cls(log=log.name, exclude=tuple(json.loads(both[0].arguments[1])))
        except ValueError:
            return None
        implied = {log.id, *(made.id for made in functions if made is not None)}
        return Found(trait, {"triggers": without(entity.triggers, both)}, implied=frozenset(implied))

    def _hidden(self, expansion: Expansion) -> list[str]:
        """Return the attributes kept out of the log; a misspelt one would let a secret into it."""
        encrypted = expansion.entity.trait("encrypted")
        hidden = [
            ciphertext_name(name) if isinstance(encrypted, Encrypted) and name in encrypted.attributes else name
            for name in self.exclude
        ]
        require_attributes(expansion, "audited", tuple(hidden))
        return hidden

    def _add_log(self, expansion: Expansion, log: UUID) -> None:
        schema = expansion.source.default_schema
        refuse, write = shorten(f"refuse_change_of_{self.log}"), shorten(f"write_{self.log}")
        expansion.add_entity(_log_entity(log, self.log, quote_path(schema, refuse)), "trait audited")
        owners = " SECURITY DEFINER\n SET search_path TO 'pg_catalog', 'pg_temp'\n"
        for name, rights, text, told in (
            (write, owners, _WRITE, f"Writes a change of an audited table to {self.log}, whoever makes it."),
            (refuse, "", _REFUSE, f"Keeps {self.log} append-only."),
        ):
            key = expansion.shared("audited", name)
            body = text.format(log=quote_path(schema, self.log))
            made = definition((schema, name), ("", "trigger"), "plpgsql", body, rights)
            expansion.functions[key] = Function(id=key, name=name, description=told, definition=made)


def _log_entity(log: UUID, name: str, refuse: str) -> Entity:
    from designer_kernel.design.entity import Entity  # it imports the traits

    return Entity(
        id=log,
        name=name,
        description="Every change of the audited tables, written by trigger; rows can only be added.",
        attributes=tuple(
            Attribute(id=derived_id(log, column), name=column, data_type=kind, is_nullable=nullable, **more)
            for column, kind, nullable, more in _COLUMNS
        ),
        indexes=(
            Index(
                id=derived_id(log, "index"),
                keys=(IndexKey(attribute="table_name"), IndexKey(attribute="changed_at")),
            ),
        ),
        triggers=(
            Trigger(
                id=derived_id(log, "trigger"),
                name="append_only",
                timing="BEFORE",
                events=("UPDATE", "DELETE", "TRUNCATE"),
                for_each_row=False,
                function=refuse,
            ),
        ),
    )


_COLUMNS: tuple[tuple[str, str, bool, dict[str, Any]], ...] = (
    ("id", "bigint", False, {"is_primary_key": True, "identity": "ALWAYS"}),
    ("changed_at", "timestamptz", False, {"default_value": "clock_timestamp()"}),
    ("changed_by", "text", False, {"default_value": "SESSION_USER", "description": "The role that logged in."}),
    ("transaction_id", "bigint", False, {"default_value": "txid_current()"}),
    ("table_schema", "text", False, {}),
    ("table_name", "text", False, {}),
    ("operation", "text", False, {"description": "INSERT, UPDATE, DELETE or TRUNCATE."}),
    ("row_key", "jsonb", True, {"description": "The primary key of the changed row."}),
    ("old_row", "jsonb", True, {}),
    ("new_row", "jsonb", True, {}),
)

_WRITE = """
DECLARE
    before_row jsonb := CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN to_jsonb(OLD) END;
    after_row jsonb := CASE WHEN TG_OP IN ('INSERT', 'UPDATE') THEN to_jsonb(NEW) END;
    hidden text[] := ARRAY(SELECT jsonb_array_elements_text(TG_ARGV[1]::jsonb));
    whole oid := COALESCE(pg_partition_root(TG_RELID), TG_RELID);
    whole_schema name := TG_TABLE_SCHEMA;
    whole_name name := TG_TABLE_NAME;
BEGIN
    IF whole <> TG_RELID THEN
        SELECT n.nspname, c.relname INTO whole_schema, whole_name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = whole;
    END IF;
    INSERT INTO {log} (table_schema, table_name, operation, row_key, old_row, new_row)
    VALUES (
        whole_schema,
        whole_name,
        TG_OP,
        (SELECT jsonb_object_agg(name, COALESCE(after_row, before_row) -> name)
         FROM jsonb_array_elements_text(TG_ARGV[0]::jsonb) AS name),
        before_row - hidden,
        after_row - hidden
    );
    RETURN NULL;
END
"""

_REFUSE = """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
"""
