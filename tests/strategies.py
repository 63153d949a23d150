"""Hypothesis strategies for designs and edits: small, odd, and mostly valid."""

from __future__ import annotations

from datetime import date
from itertools import count
from uuid import UUID

from hypothesis import assume
from hypothesis import strategies as st

from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design import diagrams as d
from designer_kernel.design import edits as e
from designer_kernel.design import objects as o
from designer_kernel.design import parts as p
from designer_kernel.design import traits as t
from designer_kernel.design.bends import Bends, lines_of
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.design.values import Action, Cardinality, Position, RelationshipType

PLAIN_NAMES = ("id", "email", "name", "total", "created_at", "tenant_id", "status", "users", "orders", "notes")
ODD_NAMES = (
    "select",
    "Order",
    "größe",
    "a b",
    'say "hi"',
    "a.b",
    "true",
    "2024",
    "名前",
    "o'clock",
    "null",
    "{x}",
    "#x",
)
TYPES = (
    "bigint", "text", "varchar(40)", "numeric(10,2)", "timestamptz(3)", "boolean", "jsonb", "text[]", "interval",
    "uuid", "char", "date",
)  # fmt: skip

names = st.one_of(
    st.sampled_from(PLAIN_NAMES),
    st.sampled_from(ODD_NAMES),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12),
)
texts = st.one_of(
    st.just(""),
    st.sampled_from(
        ["One line.", "Two\nlines.\n", "  indented\nthen not", "- a\n\n\n", "x" * 200, "a: b # c", "\u2028\x85\r\x07"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
)
new_ids = st.integers(2**40, 2**122).map(lambda number: UUID(int=number))
positions = st.builds(Position, x=st.floats(-5000, 5000), y=st.floats(-5000, 5000))
colours = st.one_of(st.none(), st.sampled_from(["#aabbcc", "#000000"]))


def distinct(elements: st.SearchStrategy[str], low: int, high: int) -> st.SearchStrategy[list[str]]:
    """Return lists of different names."""
    return st.lists(elements, min_size=low, max_size=high, unique=True)


@st.composite
def attributes(draw: st.DrawFn, name: str | None = None, key: UUID | None = None) -> Attribute:
    """Return an attribute."""
    data_type = draw(st.sampled_from(TYPES))
    extra = {}
    if data_type == "bigint" and draw(st.booleans()):
        extra = {"identity": "ALWAYS"}
    elif data_type == "text" and draw(st.booleans()):
        extra = {"default_value": draw(st.sampled_from(["'new'", "upper('x') || 'y'", "''"]))}
    return Attribute(
        id=key or draw(new_ids),
        name=name or draw(names),
        data_type=data_type,
        is_nullable=draw(st.booleans()),
        is_unique=draw(st.booleans()),
        description=draw(texts),
        **extra,
    )


@st.composite
def parts(draw: st.DrawFn, collection: str, columns: list[str], key: UUID | None = None) -> object:
    """Return a part for one of an entity's collections that speaks of some of its attributes."""
    column = draw(st.sampled_from(columns))
    key = key or draw(new_ids)
    sql = quote(column)
    if collection == "keys":
        return p.Key(id=key, attributes=tuple(draw(distinct(st.sampled_from(columns), 1, 2))))
    if collection == "checks":
        return p.Check(id=key, expression=draw(st.sampled_from([f"{sql} IS NOT NULL", f"length({sql}::text) > 3"])))
    if collection == "indexes":
        keys = (
            p.IndexKey(attribute=column, descending=draw(st.booleans())),
            p.IndexKey(expression=f"lower({sql}::text)"),
        )
        return p.Index(
            id=key, keys=keys[: draw(st.integers(1, 2))], predicate=draw(st.sampled_from([None, f"{sql} IS NULL"]))
        )
    if collection == "exclusions":
        return p.Exclusion(id=key, elements=(p.ExclusionElement(expression=sql, operator="="),))
    if collection == "policies":
        return p.Policy(id=key, name=draw(names), using=f"{sql} IS NOT NULL", roles=("app",))
    return p.Trigger(
        id=key,
        name=draw(names),
        events=("UPDATE",),
        update_attributes=(column,),
        condition=f"old.{sql} IS DISTINCT FROM new.{sql}",
        function="touch",
    )


def traits(columns: list[str], tenants: list[UUID]) -> st.SearchStrategy[object]:
    """Return traits of an entity with these attributes."""
    column = st.sampled_from(columns)
    choices = [
        st.builds(t.Timestamps, updated=st.sampled_from([None, "updated_at"])),
        st.builds(t.SoftDelete),
        st.builds(t.Audited, exclude=st.lists(column, max_size=1).map(tuple)),
        st.builds(t.Archived, attribute=column, after=st.sampled_from(["7 years", "1 month"])),
        st.builds(t.Encrypted, attributes=st.lists(column, min_size=1, max_size=2, unique=True).map(tuple)),
        st.builds(t.Searchable, weights=st.dictionaries(column, st.sampled_from("ABCD"), min_size=1, max_size=2)),
        st.builds(t.Partitioned, attribute=column, start=st.just(date(2024, 1, 1)), ahead=st.integers(1, 20)),
        st.builds(
            t.Partitioned,
            attribute=column,
            method=st.just("LIST"),
            lists=st.just({"eu": ("DE", "no"), "other": ("2024-01-01", "")}),
        ),
    ]
    if tenants:
        choices.append(st.builds(t.TenantScoped, tenant_entity_id=st.sampled_from(tenants)))
    return st.one_of(choices)


COLLECTIONS = ("keys", "checks", "indexes", "exclusions", "policies", "triggers")


@st.composite
def entities(draw: st.DrawFn, name: str, ids: count[int], tenants: list[UUID]) -> Entity:
    """Return an entity with some attributes, parts and traits."""

    def fresh() -> UUID:
        return UUID(int=next(ids))

    columns = draw(distinct(names, 1, 4))
    key = fresh()
    own = [draw(attributes(column, fresh())) for column in columns]
    own[0] = own[0].replace(is_primary_key=True, is_nullable=False)
    contents: dict[str, tuple[object, ...]] = {}
    for collection in draw(st.lists(st.sampled_from(COLLECTIONS), max_size=2, unique=True)):
        contents[collection] = (draw(parts(collection, columns, fresh())),)
    chosen = {trait.kind: trait for trait in draw(st.lists(traits(columns, tenants), max_size=2))}
    return Entity(
        id=key,
        name=name,
        schema_name=draw(st.sampled_from([None, None, "sales"])),
        description=draw(texts),
        attributes=tuple(own),
        primary_key=draw(st.sampled_from([(), (own[0].name,)])),
        traits=tuple(chosen.values()),
        colour=draw(colours),
        position=draw(st.one_of(st.none(), positions)),
        **contents,
    )


@st.composite
def relationships(draw: st.DrawFn, ends: list[UUID], key: UUID | None = None) -> Relationship:
    """Return a relationship between some of these entities."""
    kind = draw(st.sampled_from(list(RelationshipType)))
    one = st.sampled_from([Cardinality.ONE, Cardinality.ZERO_OR_ONE])
    many = st.sampled_from([Cardinality.MANY, Cardinality.ONE_OR_MANY, Cardinality.ZERO_OR_MANY])
    return Relationship(
        id=key or draw(new_ids),
        name=draw(st.one_of(st.none(), names)),
        source_entity_id=draw(st.sampled_from(ends)),
        target_entity_id=draw(st.sampled_from(ends)),
        relationship_type=kind,
        source_cardinality=draw(many if kind is RelationshipType.MANY_TO_MANY else one),
        target_cardinality=draw(one if kind is RelationshipType.ONE_TO_ONE else many),
        on_delete_action=draw(st.sampled_from(list(Action))),
        description=draw(texts),
    )


NO_ROLES = ("public", "none", "current_role", "current_user", "session_user")
"""Words of SQL that no role can be called."""


@st.composite
def objects(draw: st.DrawFn, collection: str, members: list[UUID], key: UUID | None = None) -> object:
    """Return an object for one of a design's collections."""
    key, name = key or draw(new_ids), draw(names)
    description = draw(texts)
    if collection == "enums":
        labels = draw(distinct(st.sampled_from(["new", "paid", "no", "2024-01-01", "a b"]), 1, 3))
        return o.Enum(id=key, name=name, labels=tuple(labels), description=description)
    if collection == "domains":
        check = p.Check(id=UUID(int=key.int ^ 1 << 121), expression="VALUE ~ '@'")
        return o.Domain(id=key, name=name, data_type="text", checks=(check,), description=description)
    if collection == "views":
        return o.View(
            id=key, name=name, query="SELECT 1 AS one\nFROM x", position=draw(st.one_of(st.none(), positions))
        )
    if collection == "materialized_views":
        return o.MaterializedView(id=key, name=name, query=f"SELECT {', '.join(f'{n} AS c{n}' for n in range(40))}")
    if collection == "functions":
        body = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1\n$$"
        return o.Function(id=key, name="f", definition=body, description=description)
    if collection == "diagrams":
        shown = draw(st.lists(st.sampled_from(members), max_size=2, unique=True)) if members else []
        placed = {member: draw(positions) for member in shown[:1]}
        seen = draw(st.one_of(st.none(), st.just(tuple(shown))))
        return d.Diagram(id=key, name=name, members=seen, positions=placed, description=description)
    if collection == "notes":
        return d.Note(id=key, text=description, position=draw(positions), colour=draw(colours))
    if collection == "areas":
        chosen = draw(st.lists(st.sampled_from(members), max_size=2, unique=True)) if members else []
        return o.Area(id=key, name=name, members=tuple(chosen), colour=draw(colours), description=description)
    kinds = {"schemas": o.Namespace, "extensions": o.Extension, "roles": o.Role}
    if collection == "roles":
        assume(name.lower() not in NO_ROLES)
    return kinds[collection](id=key, name=name, description=description)


OBJECTS = (
    "schemas", "extensions", "roles", "enums", "domains", "views", "materialized_views", "functions", "areas",
    "diagrams", "notes",
)  # fmt: skip


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Return a design of up to four entities, built by edits so that it holds together."""
    ids = count(1)
    design = Design(id=UUID(int=next(ids)), name=draw(names), description=draw(texts))
    for name in draw(distinct(names, 1, 4)):
        tenants = [entity.id for entity in design.entities]
        design = _added(design, e.AddEntity(entity=draw(entities(name, ids, tenants))))
    ends = [entity.id for entity in design.entities]
    for _ in range(draw(st.integers(0, 3))):
        added = draw(relationships(ends, UUID(int=next(ids))))
        design = _added(design, e.AddRelationship(relationship=added))
    for collection in draw(st.lists(st.sampled_from(OBJECTS), max_size=3)):
        item = draw(objects(collection, ends, UUID(int=next(ids))))
        design = _added(design, e.AddObject(collection=collection, object=item))
    return design


def _added(design: Design, edit: e.Edit) -> Design:
    from designer_kernel.errors import DesignerError

    try:
        return e.apply(design, edit)
    except DesignerError:
        return design


@st.composite
def edits(draw: st.DrawFn, design: Design) -> e.Edit:
    """Return an edit of this design; some are refused."""
    if not design.entities:
        fresh = count(draw(st.integers(2**50, 2**60)))
        return e.AddEntity(entity=draw(entities(draw(names), fresh, [])))
    builders = [_entity_edits, _attribute_edits, _relationship_edits, _part_edits, _object_edits, _layout_edits]
    return draw(draw(st.sampled_from(builders))(design))


@st.composite
def _entity_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    ids = [entity.id for entity in design.entities]
    columns = [a.name for a in target.attributes] or ["id"]
    fresh = count(draw(st.integers(2**50, 2**60)))
    changes = st.one_of(
        st.fixed_dictionaries({"description": texts}),
        st.fixed_dictionaries({"schema_name": st.sampled_from([None, "sales"])}),
        st.fixed_dictionaries({"is_abstract": st.booleans()}),
        st.fixed_dictionaries({"inherits": st.lists(st.sampled_from(ids), max_size=1)}),
        st.fixed_dictionaries({"primary_key": st.lists(st.sampled_from(columns), max_size=2, unique=True)}),
        st.fixed_dictionaries({"row_security": st.sampled_from(["OFF", "FORCED"]), "colour": colours}),
    )
    return draw(
        st.one_of(
            entities(draw(names), fresh, ids).map(lambda entity: e.AddEntity(entity=entity)),
            st.just(e.RemoveEntity(entity_id=target.id)),
            names.map(lambda name: e.RenameEntity(entity_id=target.id, name=name)),
            changes.map(lambda change: e.ChangeEntity(entity_id=target.id, changes=change)),
            traits(columns, ids).map(lambda trait: e.SetTrait(entity_id=target.id, trait=trait)),
            st.sampled_from(["timestamps", "audited", "partitioned"]).map(
                lambda kind: e.RemoveTrait(entity_id=target.id, trait=kind)
            ),
        )
    )


@st.composite
def _attribute_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    added = attributes().map(lambda attribute: e.AddAttribute(entity_id=target.id, attribute=attribute))
    if not target.attributes:
        return draw(added)
    ids = {"entity_id": target.id, "attribute_id": draw(st.sampled_from(target.attributes)).id}
    types = [*TYPES, *(quote(enum.name) for enum in design.enums)]
    changes = st.one_of(
        st.fixed_dictionaries({"description": texts}),
        st.fixed_dictionaries({"data_type": st.sampled_from(types)}),
        st.fixed_dictionaries({"is_primary_key": st.booleans(), "is_nullable": st.booleans()}),
        st.fixed_dictionaries({"name": names}),
    )
    return draw(
        st.one_of(
            added,
            st.booleans().map(lambda cascade: e.RemoveAttribute(**ids, cascade=cascade)),
            names.map(lambda name: e.RenameAttribute(**ids, name=name)),
            changes.map(lambda change: e.ChangeAttribute(**ids, changes=change)),
            st.integers(0, 5).map(lambda place: e.MoveAttribute(**ids, position=place)),
        )
    )


@st.composite
def _relationship_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    ends = [entity.id for entity in design.entities]
    if not design.relationships or draw(st.booleans()):
        return e.AddRelationship(relationship=draw(relationships(ends)))
    chosen = draw(st.sampled_from(design.relationships))
    key = chosen.id
    places = {"source": draw(positions), "target": draw(positions)}
    turns = st.lists(st.integers(-900, 900), min_size=3, max_size=3).map(lambda found: Bends(turns=found, **places))
    line = draw(st.sampled_from(sorted(lines_of(chosen))))
    changes = st.one_of(
        st.fixed_dictionaries({"description": texts}),
        st.fixed_dictionaries({"source_cardinality": st.sampled_from(["1", "0..1"])}),
        st.fixed_dictionaries({"target_entity_id": st.sampled_from(ends)}),
    )
    return draw(
        st.one_of(
            st.just(e.RemoveRelationship(relationship_id=key)),
            st.one_of(st.none(), turns).map(lambda bends: e.BendLine(line_id=line, bends=bends)),
            changes.map(lambda change: e.ChangeRelationship(relationship_id=key, changes=change)),
        )
    )


@st.composite
def _part_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    target = draw(st.sampled_from(design.entities))
    collection = draw(st.sampled_from(COLLECTIONS))
    held = getattr(target, collection)
    if held and draw(st.booleans()):
        ids = {"entity_id": target.id, "collection": collection, "part_id": draw(st.sampled_from(held)).id}
        changed = e.ChangePart(**ids, changes={"description": draw(texts)})
        return draw(st.sampled_from([e.RemovePart(**ids), changed]))
    columns = [a.name for a in target.attributes] or ["id"]
    return e.AddPart(entity_id=target.id, collection=collection, part=draw(parts(collection, columns)))


@st.composite
def _object_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    collection = draw(st.sampled_from(OBJECTS))
    held = getattr(design, collection)
    if held and draw(st.booleans()):
        ids = {"collection": collection, "object_id": draw(st.sampled_from(held)).id}
        changes = {"text": draw(texts)} if collection == "notes" else {"name": draw(names)}
        changed: e.Edit = e.ChangeObject(**ids, changes=changes)
        if collection in ("areas", "diagrams") and draw(st.booleans()):
            member = draw(st.sampled_from(design.entities)).id
            changed = e.ChangeMembers(**ids, **{draw(st.sampled_from(["added", "removed"])): (member,)})
        return draw(st.sampled_from([e.RemoveObject(**ids), changed]))
    members = [entity.id for entity in design.entities]
    return e.AddObject(collection=collection, object=draw(objects(collection, members)))


@st.composite
def _layout_edits(draw: st.DrawFn, design: Design) -> e.Edit:
    ids = st.sampled_from([entity.id for entity in design.entities])
    moved = draw(st.dictionaries(ids, st.one_of(st.none(), positions), min_size=1, max_size=3))
    moves = e.MoveNodes(positions=moved)
    described = e.ChangeDesign(changes={"description": draw(texts)})
    both = e.Compound(edits=(moves, described), label=draw(texts))
    if design.diagrams and draw(st.booleans()):
        return moves.replace(diagram_id=draw(st.sampled_from(design.diagrams)).id)
    named = [design.qualified_name(entity) for entity in design.entities if entity.id in moved]
    tables = {name: {"rows": draw(st.integers(0, 9)), "columns": {}} for name in named}
    hints = e.SetSampleHints(hints=SampleHints.model_validate({"seed": draw(st.integers(0, 9)), "tables": tables}))
    return draw(st.sampled_from([moves, described, both, hints]))
