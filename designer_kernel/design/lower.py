"""`lower`: from what a person means to what PostgreSQL holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.memory import without_collection
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.qualify import Names
from designer_kernel.design import objects, parts
from designer_kernel.design.design import Design
from designer_kernel.design.expansion import Expanded, expand
from designer_kernel.design.functions import lower_function
from designer_kernel.design.lower_entity import parts_of
from designer_kernel.design.lowered import Lowered, all_facts
from designer_kernel.design.lowering import Lowering, Placed, described
from designer_kernel.design.naming import Namer
from designer_kernel.design.opaque import applied


@without_collection()
def lower(design: Design, known: Lowered | None = None) -> Catalog:
    """Return the catalog that a design means, with every fact's dependencies.

    All SQL in it has been through PostgreSQL's grammar and has its names qualified.

    Parameters
    ----------
    known
        What the last state of the design came to: facts that are still the same are the same objects. This catalog is
        remembered there.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself; the message says where.
    InvalidSql
        If SQL in the design is not what it has to be.
    """
    expanded = expand(design)
    found = _lower_again(expanded, known) if known is not None and not design.opaque else None
    return lower_expanded(expanded) if found is None else found


@without_collection()
def lower_expanded(expanded: Expanded) -> Catalog:
    """Return the catalog of a design that is expanded already, see `lower`."""
    state = _state(expanded)
    _reserve_names(state)
    facts: list[CatalogObject] = [*_before_entities(state), *all_facts(parts_of(state)), *_after_entities(state)]
    meant = Catalog(facts)
    told: frozenset[ObjectId] = frozenset()
    if state.design.opaque:
        with_opaque = dict(meant)
        told = applied(with_opaque, state.design.opaque)
        meant = Catalog(with_opaque.values())
    return resolve(meant, (state.design.default_schema, "public"), told=told)


def _lower_again(expanded: Expanded, known: Lowered) -> Catalog | None:
    """Return the catalog, made of what was lowered before where that is still right; ``None`` if there is none."""
    state = _state(expanded)
    _reserve_names(state)
    names = (state.names, state.domains, state.design.default_schema)
    path = (state.design.default_schema, "public")
    return known.catalog(
        names, state.namer, partial(_before_entities, state), parts_of(state), partial(_after_entities, state), path
    )


def _before_entities(state: Lowering) -> Iterator[CatalogObject]:
    yield from _schemas(state)
    yield from _extensions(state)
    yield from (Role(name=role.name) for role in state.design.roles)
    yield from _types(state)


def _after_entities(state: Lowering) -> Iterator[CatalogObject]:
    yield from _functions(state)
    yield from _views(state)
    yield from _grants(state)


def _state(expanded: Expanded) -> Lowering:
    names = _names(expanded.design)
    known = frozenset({*names.relations, *names.functions, *names.types})
    domains = frozenset(domain.name for domain in expanded.design.domains)
    return Lowering(expanded, names, Namer(), known, domains)


def _relations(design: Design) -> list[Placed]:
    return [*design.entities, *design.views, *design.materialized_views]


def _names(design: Design) -> Names:
    """Say where unqualified names live; the default schema wins over others."""
    relations: dict[str, str] = {}
    functions: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for extension in design.extensions:
        for name in extension.provides:
            kinds[name] = functions[name] = extension.schema_name or design.default_schema
    groups: list[tuple[dict[str, str], list[Placed]]] = [
        (relations, _relations(design)),
        (functions, [*design.functions]),
        (kinds, [*design.enums, *design.domains]),
    ]
    for target, items in groups:
        for item in sorted(items, key=lambda i: design.schema_of(i) == design.default_schema):
            target[item.name] = design.schema_of(item)
    for entity in design.entities:
        for part in entity.partitions:
            relations.setdefault(part.name, part.schema_name or design.schema_of(entity))
    return Names(relations, functions, kinds)


def _reserve_names(state: Lowering) -> None:
    """Take the names that people chose before any is made up."""
    design = state.design
    for relation in _relations(design):
        state.namer.take(design.schema_of(relation), relation.name)
    for entity in design.entities:
        for partition in entity.partitions:
            state.namer.take(partition.schema_name or design.schema_of(entity), partition.name)
        if entity.primary_key_name:
            state.namer.take(design.schema_of(entity), entity.primary_key_name)
        named: list[parts.Key | parts.Check | parts.Index | parts.Exclusion] = [
            *entity.keys, *entity.checks, *entity.indexes, *entity.exclusions,
        ]  # fmt: skip
        for part in named:
            if part.name:
                state.namer.take(design.schema_of(entity), part.name)
    schemas = {entity.id: design.schema_of(entity) for entity in design.entities}
    for key in state.expanded.foreign_keys:
        if key.name:
            state.namer.take(schemas[key.child_entity_id], key.name)
    for view in design.materialized_views:
        for index in view.indexes:
            if index.name:
                state.namer.take(design.schema_of(view), index.name)


def _schemas(state: Lowering) -> Iterator[CatalogObject]:
    design = state.design
    declared = {schema.name: schema.description for schema in design.schemas}
    placed: list[Placed] = [*_relations(design), *design.enums, *design.domains, *design.functions]
    used = {design.schema_of(item): "" for item in placed}
    used |= {part.schema_name: "" for entity in design.entities for part in entity.partitions if part.schema_name}
    for name, text in ({design.default_schema: ""} | used | declared).items():
        schema = Schema(name=name)
        yield schema
        yield from described(schema.id, text)


def _extensions(state: Lowering) -> Iterator[CatalogObject]:
    for extension in state.design.extensions:
        yield Extension(name=extension.name, schema=extension.schema_name or state.design.default_schema)


def _types(state: Lowering) -> Iterator[CatalogObject]:
    design = state.design
    for enum in design.enums:
        fact = Enum(schema=design.schema_of(enum), name=enum.name, labels=enum.labels)
        yield fact
        yield from described(fact.id, enum.description)
    for domain in design.domains:
        schema = design.schema_of(domain)
        namer = Namer()  # the names of a domain's checks are its own
        for check in domain.checks:
            namer.take(schema, check.name or "")
        made = Domain(
            schema=schema,
            name=domain.name,
            type=state.type(domain.data_type),
            not_null=not domain.is_nullable,
            default=state.optional(domain.default_value),
        )
        yield made
        for check in domain.checks:
            yield DomainCheck(
                schema=schema,
                domain=domain.name,
                name=check.name or namer.give(schema, domain.name, (), "check"),
                expression=state.expression(check.expression),
                not_valid=not check.is_valid,
            )
        yield from described(made.id, domain.description)


def _functions(state: Lowering) -> Iterator[CatalogObject]:
    design = state.design
    for function in design.functions:
        fact = lower_function(function, design.schema_of(function), state.qualified)
        yield _needing(fact, function)
        yield from described(fact.id, function.description)


def _needing(fact: Function, function: objects.Function) -> Function:
    return replace(fact, depends=frozenset(ObjectId("extension", (name,)) for name in function.needs))


def _views(state: Lowering) -> Iterator[CatalogObject]:
    design = state.design
    for view in design.views:
        schema = design.schema_of(view)
        made = View(
            schema=schema,
            name=view.name,
            query=state.query(view.query),
            security_invoker=view.security_invoker,
            security_barrier=view.security_barrier,
        )
        yield made
        yield from described(made.id, view.description)
        for trigger in view.triggers:
            yield state.trigger(trigger, schema, view.name)
    for stored in design.materialized_views:
        schema = design.schema_of(stored)
        kept = MaterializedView(schema=schema, name=stored.name, query=state.query(stored.query))
        yield kept
        yield from described(kept.id, stored.description)
        for index in stored.indexes:
            fact = state.index(index, schema, stored.name)
            yield fact
            yield from described(fact.id, index.description)


def _grants(state: Lowering) -> Iterator[CatalogObject]:
    design = state.design
    places: dict[UUID, tuple[str, str]] = {item.id: (design.schema_of(item), item.name) for item in _relations(design)}
    used: set[tuple[str, str]] = set()
    for grant in state.expanded.grants:
        schema, name = places[grant.on]
        yield Grant(on=table_id(schema, name), role=grant.role, privileges=grant.privileges)
        if schema != "public" and (schema, grant.role) not in used:  # everyone may use the schema public
            used.add((schema, grant.role))
            yield Grant(on=ObjectId("schema", (schema,)), role=grant.role, privileges=("USAGE",))
