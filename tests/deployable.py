"""Hypothesis strategies for pairs of designs, one made of the other by edits, that PostgreSQL mostly takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design import edits as e
from designer_kernel.design import objects as o
from designer_kernel.design import parts as p
from designer_kernel.design import traits as t
from designer_kernel.errors import DesignerError
from tests import strategies

DEFAULTS = {
    "bigint": ("0", "-1"),
    "integer": ("7", "3"),
    "text": ("'new'", "upper('x') || 'y'"),
    "varchar(40)": ("''", "'x'"),
    "numeric(10,2)": ("0", "1.5"),
    "timestamptz": ("now()", "'2024-01-01 00:00:00+00'"),
    "boolean": ("true", "false"),
    "jsonb": ("'{}'", "'[]'"),
    "text[]": ("'{}'", "ARRAY['a']"),
    "uuid": ("gen_random_uuid()",),
    "date": ("CURRENT_DATE", "'2024-01-01'"),
}
"""Types that columns have, and defaults that fit them."""

LABELS = ("new", "paid", "gone", "2024-01-01", "a b", "it's")
KEY_TYPES = ("bigint", "integer", "text", "uuid")
TOUCH = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
OTHER_SCHEMA = "sales"
names = st.one_of(
    st.sampled_from(strategies.PLAIN_NAMES),
    st.sampled_from(strategies.PLAIN_NAMES),
    st.sampled_from(strategies.ODD_NAMES),
)


@dataclass(frozen=True)
class Pair:
    """A design, and what edits made of it."""

    before: Design
    after: Design

    def moved(self, number: int) -> Pair:
        """Return the same pair in schemas of its own, so that several fit into one database."""
        return Pair(_moved(self.before, number), _moved(self.after, number))


def _moved(design: Design, number: int) -> Design:
    changes: dict[str, Any] = {"default_schema": f"case{number}"}
    for collection in ("entities", "enums", "domains", "views", "materialized_views", "functions"):
        changes[collection] = tuple(
            item.replace(schema_name=f"case{number}_{item.schema_name}") if item.schema_name else item
            for item in getattr(design, collection)
        )
    changes["schemas"] = tuple(item.replace(name=f"case{number}_{item.name}") for item in design.schemas)
    return design.replace(**changes)


@st.composite
def attributes(draw: st.DrawFn, name: str, key: UUID, own_types: Sequence[str] = ()) -> Attribute:
    """Return an attribute with a type of PostgreSQL or of the design."""
    data_type = draw(st.sampled_from([*DEFAULTS, *own_types]))
    extra: dict[str, Any] = {}
    if data_type in ("bigint", "integer") and draw(st.booleans()):
        extra = {"identity": draw(st.sampled_from(["ALWAYS", "BY DEFAULT", "SERIAL"])), "is_nullable": False}
    elif data_type in DEFAULTS and draw(st.booleans()):
        extra = {"default_value": draw(st.sampled_from(DEFAULTS[data_type]))}
    given = {"is_nullable": draw(st.booleans()), "is_unique": draw(st.integers(0, 4)) == 0}
    return Attribute(id=key, name=name, data_type=data_type, description=draw(_descriptions), **(given | extra))


_descriptions = st.sampled_from(["", "", "", "One line.", "It's\ntwo lines."])


@st.composite
def parts(draw: st.DrawFn, collection: str, columns: Sequence[str], key: UUID) -> Any:
    """Return a part for one of an entity's collections, valid whatever types the columns have."""
    column = draw(st.sampled_from(columns))
    sql = quote(column)
    if collection == "keys":
        return p.Key(id=key, attributes=tuple(draw(strategies.distinct(st.sampled_from(columns), 1, 2))))
    if collection == "checks":
        expression = draw(st.sampled_from([f"{sql} IS NOT NULL", f"length({sql}::text) > 3"]))
        return p.Check(id=key, expression=expression, is_valid=draw(st.booleans()), description=draw(_descriptions))
    if collection == "indexes":
        keys = (p.IndexKey(attribute=column, descending=draw(st.booleans())), p.IndexKey(expression=f"({sql} IS NULL)"))
        predicate = draw(st.sampled_from([None, f"{sql} IS NOT NULL"]))
        return p.Index(id=key, keys=keys[: draw(st.integers(1, 2))], predicate=predicate)
    if collection == "exclusions":
        element = p.ExclusionElement(expression=sql, operator="=")
        return p.Exclusion(id=key, method="btree", elements=(element,))
    if collection == "policies":
        command = draw(st.sampled_from(["ALL", "SELECT", "DELETE"]))
        return p.Policy(id=key, name=draw(names), command=command, using=f"{sql} IS NOT NULL", roles=("app",))
    return p.Trigger(
        id=key,
        name=draw(names),
        events=("UPDATE",),
        update_attributes=(column,),
        condition=draw(st.sampled_from([None, f"old.{sql} IS DISTINCT FROM new.{sql}"])),
        function="touch",
    )


def _traits(columns: Sequence[str], tenants: Sequence[UUID]) -> st.SearchStrategy[Any]:
    choices: list[st.SearchStrategy[Any]] = [
        st.builds(t.Timestamps, updated=st.sampled_from([None, "updated_at"])),
        st.builds(t.SoftDelete),
        st.builds(t.Audited, exclude=st.lists(st.sampled_from(columns), max_size=1).map(tuple)),
    ]
    if tenants:
        choices.append(st.builds(t.TenantScoped, tenant_entity_id=st.sampled_from(tenants)))
    return st.one_of(choices)


@st.composite
def entities(
    draw: st.DrawFn, name: str, ids: count[int], tenants: Sequence[UUID], own_types: Sequence[str] = ()
) -> Entity:
    """Return an entity with some attributes, parts and traits; its first attribute is the key."""
    key = UUID(int=next(ids))
    columns = draw(strategies.distinct(names, 2, 4))
    own = [draw(attributes(column, UUID(int=next(ids)), own_types)) for column in columns[1:]]
    own.insert(
        0,
        Attribute(
            id=UUID(int=next(ids)),
            name=columns[0],
            data_type=draw(st.sampled_from(KEY_TYPES)),
            is_primary_key=True,
            is_nullable=False,
        ),
    )
    contents: dict[str, Any] = {}
    for collection in draw(st.lists(st.sampled_from(strategies.COLLECTIONS), max_size=3, unique=True)):
        contents[collection] = (draw(parts(collection, columns, UUID(int=next(ids)))),)
    if draw(st.integers(0, 5)) == 0:
        own = [attribute.replace(is_unique=False) for attribute in own]  # what is unique has to name the key
        contents = {name: held for name, held in contents.items() if name not in ("keys", "exclusions")}
        contents |= _divided(name, columns[0], ids)
    chosen = {trait.kind: trait for trait in draw(st.lists(_traits(columns, tenants), max_size=1))}
    return Entity(
        id=key,
        name=name,
        schema_name=draw(st.sampled_from([None, None, None, OTHER_SCHEMA])),
        description=draw(_descriptions),
        attributes=tuple(own),
        traits=tuple(chosen.values()),
        **contents,
    )


def _divided(name: str, column: str, ids: count[int]) -> dict[str, Any]:
    halves = (
        p.Partition(id=UUID(int=next(ids)), name=f"{name} {n}", bound=f"FOR VALUES WITH (MODULUS 2, REMAINDER {n})")
        for n in range(2)
    )
    return {"partition_method": "HASH", "partition_keys": (p.IndexKey(attribute=column),), "partitions": tuple(halves)}


OBJECTS = ("enums", "domains", "views", "materialized_views", "functions")


@st.composite
def objects(draw: st.DrawFn, collection: str, name: str, key: UUID, design: Design) -> Any:
    """Return an object for one of a design's collections, which may speak of what the design has."""
    given: dict[str, Any] = {"id": key, "name": name, "description": draw(_descriptions)}
    if collection == "enums":
        return o.Enum(labels=tuple(draw(strategies.distinct(st.sampled_from(LABELS), 1, 4))), **given)
    if collection == "domains":
        check = p.Check(id=UUID(int=key.int ^ 1 << 121), expression=draw(_domain_checks))
        base = draw(st.sampled_from(["text", "varchar(20)"]))
        return o.Domain(data_type=base, checks=(check,) if draw(st.booleans()) else (), **given)
    if collection == "views":
        return o.View(query=draw(_queries(design)), security_barrier=draw(st.booleans()), **given)
    if collection == "materialized_views":
        return o.MaterializedView(query=draw(_queries(design)), **given)
    return o.Function(definition=draw(_functions(name)), **given)


_domain_checks = st.sampled_from(["VALUE ~ '@'", "length(VALUE) > 1"])


@st.composite
def _queries(draw: st.DrawFn, design: Design) -> str:
    source = draw(st.sampled_from([*design.entities, None]))
    if source is None or not source.attributes:
        return draw(st.sampled_from(["SELECT 1 AS one", "SELECT 'x'::text AS one, now() AS two"]))
    shown = draw(strategies.distinct(st.sampled_from([a.name for a in source.attributes]), 1, 3))
    tail = draw(st.sampled_from(["", f" WHERE {quote(shown[0])} IS NOT NULL"]))
    return f"SELECT {', '.join(map(quote, shown))} FROM {quote(source.name)}{tail}"


@st.composite
def _functions(draw: st.DrawFn, name: str) -> str:
    argument = draw(st.sampled_from(["a int", "b int", "a int, b text DEFAULT 'x'", ""]))
    result, value = draw(st.sampled_from([("int", "1"), ("bigint", "2"), ("int", "3")]))
    body = draw(st.sampled_from([f"LANGUAGE sql AS $$SELECT {value}$$", f"LANGUAGE sql RETURN {value}"]))
    return f"CREATE FUNCTION {quote(name)}({argument}) RETURNS {result} {body}"


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Return a design of up to three entities with what belongs to them."""
    ids = count(1)
    touch = o.Function(id=UUID(int=next(ids)), name="touch", definition=TOUCH)
    design = Design(
        id=UUID(int=next(ids)),
        name="Random",
        functions=(touch,),
        roles=(o.Role(id=UUID(int=next(ids)), name="app"),),
        schemas=(o.Namespace(id=UUID(int=next(ids)), name=OTHER_SCHEMA),),
    )
    taken = draw(strategies.distinct(names, 4, 7))
    for collection in draw(st.lists(st.sampled_from(("enums", "domains")), max_size=2)):
        made = draw(objects(collection, taken.pop(), UUID(int=next(ids)), design))
        design = _edited(design, e.AddObject(collection=collection, object=made))
    for _ in range(draw(st.integers(1, 2))):
        tenants = [entity.id for entity in design.entities]
        made = draw(entities(taken.pop(), ids, tenants, _own_types(design)))
        design = _edited(design, e.AddEntity(entity=made))
    ends = [entity.id for entity in design.entities]
    for _ in range(draw(st.integers(0, 2)) if ends else 0):
        made = draw(strategies.relationships(ends, UUID(int=next(ids))))
        design = _edited(design, e.AddRelationship(relationship=made))
    for collection in draw(st.lists(st.sampled_from(OBJECTS[2:]), max_size=2)):
        if taken:
            made = draw(objects(collection, taken.pop(), UUID(int=next(ids)), design))
            design = _edited(design, e.AddObject(collection=collection, object=made))
    return design


def _own_types(design: Design) -> list[str]:
    return [quote(item.name) for item in (*design.enums, *design.domains)]


def _edited(design: Design, edit: e.Edit) -> Design:
    try:
        return e.apply(design, edit)
    except DesignerError:
        return design


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Return a design and the same after some edits."""
    before = after = draw(designs())
    fresh = count(2**60)
    for _ in range(draw(st.integers(1, 5))):
        after = _edited(after, draw(edits(after, fresh)))
    return Pair(before, after)


@st.composite
def edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    """Return an edit of this design that leaves it deployable, most of the time."""
    if not design.entities:
        return e.AddEntity(entity=draw(entities(draw(names), fresh, (), _own_types(design))))
    builder = draw(st.sampled_from([_attribute_edits, _entity_edits, _part_edits, _object_edits, _relationship_edits]))
    return draw(builder(design, fresh))


@st.composite
def _entity_edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    columns = [a.name for a in target.attributes]
    others = [entity.id for entity in design.entities if entity.id != target.id]
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return e.AddEntity(entity=draw(entities(draw(names), fresh, others, _own_types(design))))
    if kind == 1:
        return e.RemoveEntity(entity_id=target.id, cascade=True)
    if kind == 2:
        return e.RenameEntity(entity_id=target.id, name=draw(names))
    if kind == 3 and columns:
        return e.SetTrait(entity_id=target.id, trait=draw(_traits(columns, others)))
    if kind == 4 and target.traits:
        return e.RemoveTrait(entity_id=target.id, trait=draw(st.sampled_from(target.traits)).kind)
    changes = draw(
        st.one_of(
            st.fixed_dictionaries({"description": _descriptions}),
            st.fixed_dictionaries({"schema_name": st.sampled_from([None, OTHER_SCHEMA])}),
            # Only old servers take an unlogged table with partitions, and what they make of it has no way there.
            st.fixed_dictionaries({"is_unlogged": st.just(False) if target.partition_keys else st.booleans()}),
            st.fixed_dictionaries({"row_security": st.sampled_from(["OFF", "ENABLED", "FORCED"])}),
            st.fixed_dictionaries({"primary_key": strategies.distinct(st.sampled_from(columns), 1, 2).map(tuple)}),
        )
    )
    return e.ChangeEntity(entity_id=target.id, changes=changes)


@st.composite
def _attribute_edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    kind = draw(st.integers(0, 5))
    if kind == 0 or not target.attributes:
        made = draw(attributes(draw(names), UUID(int=next(fresh)), _own_types(design)))
        return e.AddAttribute(entity_id=target.id, attribute=made)
    attribute = draw(st.sampled_from(target.attributes))
    ids: dict[str, Any] = {"entity_id": target.id, "attribute_id": attribute.id}
    if kind == 1:
        return e.RemoveAttribute(**ids, cascade=draw(st.booleans()))
    if kind == 2:
        return e.RenameAttribute(**ids, name=draw(names))
    if kind == 3:
        data_type = draw(st.sampled_from([*DEFAULTS, *_own_types(design)]))
        return e.ChangeAttribute(**ids, changes={"data_type": data_type, "default_value": None, "identity": None})
    if kind == 4:
        flags = {"is_nullable": draw(st.booleans()), "is_unique": draw(st.booleans())}
        return e.ChangeAttribute(**ids, changes=flags)
    defaults = DEFAULTS.get(attribute.type, ("NULL",))
    return e.ChangeAttribute(**ids, changes={"default_value": draw(st.sampled_from(defaults)), "identity": None})


@st.composite
def _part_edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    collection = draw(st.sampled_from(strategies.COLLECTIONS))
    held = getattr(target, collection)
    columns = [a.name for a in target.attributes] or ["id"]
    if not held or draw(st.integers(0, 2)) == 0:
        made = draw(parts(collection, columns, UUID(int=next(fresh))))
        return e.AddPart(entity_id=target.id, collection=collection, part=made)
    part = draw(st.sampled_from(held))
    ids: dict[str, Any] = {"entity_id": target.id, "collection": collection, "part_id": part.id}
    if draw(st.booleans()):
        return e.RemovePart(**ids)
    other = draw(parts(collection, columns, part.id))
    changes = {name: getattr(other, name) for name in type(other).model_fields if name not in ("id", "name")}
    return e.ChangePart(**ids, changes=changes)


@st.composite
def _object_edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    collection = draw(st.sampled_from(OBJECTS))
    held = [item for item in getattr(design, collection) if item.name != "touch"]
    if not held or draw(st.integers(0, 3)) == 0:
        made = draw(objects(collection, draw(names), UUID(int=next(fresh)), design))
        return e.AddObject(collection=collection, object=made)
    item = draw(st.sampled_from(held))
    ids: dict[str, Any] = {"collection": collection, "object_id": item.id}
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return e.RemoveObject(**ids)
    if kind == 1 and collection != "functions":
        return e.ChangeObject(**ids, changes={"name": draw(names)})
    other = draw(objects(collection, item.name, item.id, design))
    changes = {name: getattr(other, name) for name in type(other).model_fields if name not in ("id", "name")}
    return e.ChangeObject(**ids, changes=changes)


@st.composite
def _relationship_edits(draw: st.DrawFn, design: Design, fresh: count[int]) -> e.Edit:
    ends = [entity.id for entity in design.entities]
    kind = draw(st.integers(0, 2))
    if kind == 0 or not design.relationships:
        return e.AddRelationship(relationship=draw(strategies.relationships(ends, UUID(int=next(fresh)))))
    key = draw(st.sampled_from(design.relationships)).id
    if kind == 1:
        return e.RemoveRelationship(relationship_id=key)
    action = draw(st.sampled_from(["CASCADE", "RESTRICT", "NO ACTION"]))
    return e.ChangeRelationship(
        relationship_id=key, changes={"on_delete_action": action, "is_valid": draw(st.booleans())}
    )
