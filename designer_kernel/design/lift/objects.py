"""What stands beside entities: schemas, extensions, roles, types, views and functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.view import View
from designer_kernel.design import objects, parts
from designer_kernel.design.functions import lower_function
from designer_kernel.design.lift.grants import readers
from designer_kernel.design.lift.indexes import draw_index
from designer_kernel.design.lift.sketch import Sketch, is_expression
from designer_kernel.design.lift.triggers import draw_trigger
from designer_kernel.design.trusted import trusted
from designer_kernel.errors import DesignerError

_ROLE_WORDS: Final = frozenset({"none", "public", "current_user", "current_role", "session_user"})


def draw_schemas(sketch: Sketch) -> Iterator[objects.Namespace]:
    """Yield the schemas that need a word: all but the default one, unless it is described."""
    for schema in sketch.catalog.of(Schema):
        text = sketch.description(schema.id)
        if schema.name != sketch.home or text:
            key = sketch.id("schema", schema.name)
            yield trusted(objects.Namespace, id=key, name=schema.name, description=text)


def draw_extensions(sketch: Sketch) -> Iterator[objects.Extension]:
    """Yield the extensions."""
    for extension in sketch.catalog.of(Extension):
        yield trusted(
            objects.Extension,
            id=sketch.id("extension", extension.name),
            name=extension.name,
            schema_name=sketch.schema_name(extension.schema),
        )


def draw_roles(sketch: Sketch) -> Iterator[objects.Role]:
    """Yield the roles, but for those whose name is a word of SQL."""
    for role in sketch.catalog.of(Role):
        if role.name.lower() not in _ROLE_WORDS:
            yield trusted(objects.Role, id=sketch.id("role", role.name), name=role.name)


def draw_enums(sketch: Sketch) -> Iterator[objects.Enum]:
    """Yield the enumerated types that have a label."""
    for enum in sketch.catalog.of(Enum):
        if enum.labels and all(enum.labels):
            yield trusted(
                objects.Enum,
                id=sketch.id("enum", enum.schema, enum.name),
                name=enum.name,
                schema_name=sketch.schema_name(enum.schema),
                description=sketch.description(enum.id),
                labels=enum.labels,
            )


def draw_domains(sketch: Sketch) -> Iterator[objects.Domain]:
    """Yield the domains with their checks."""
    for domain in sketch.catalog.of(Domain):
        if sketch.type_fields(domain.type) is None or (domain.default and not is_expression(domain.default)):
            continue
        yield trusted(
            objects.Domain,
            id=sketch.id("domain", domain.schema, domain.name),
            name=domain.name,
            schema_name=sketch.schema_name(domain.schema),
            description=sketch.description(domain.id),
            data_type=sketch.shown_type(domain.type),
            is_nullable=not domain.not_null,
            default_value=domain.default or None,
            checks=tuple(_domain_check(sketch, check) for check in sketch.parts(domain.id).get("domain_check", ())
                         if is_expression(check.expression)),
        )  # fmt: skip


def _domain_check(sketch: Sketch, check: DomainCheck) -> parts.Check:
    return trusted(
        parts.Check,
        id=sketch.id("check", check.schema, check.domain, check.name),
        name=None if check.name == f"{check.domain}_check" else check.name,
        expression=check.expression,
        is_valid=not check.not_valid,
    )


def draw_views(sketch: Sketch) -> Iterator[objects.View]:
    """Yield the views with their triggers."""
    for view in sketch.catalog.of(View):
        if not _is_query(view.query):
            continue
        drawn = (draw_trigger(sketch, trigger) for trigger in sketch.parts(view.id).get("trigger", ()))
        yield trusted(
            objects.View,
            id=sketch.id("view", view.schema, view.name),
            name=view.name,
            schema_name=sketch.schema_name(view.schema),
            description=sketch.description(view.id),
            query=view.query,
            security_invoker=view.security_invoker,
            security_barrier=view.security_barrier,
            grant_select_to=readers(sketch, view.id),
            triggers=tuple(trigger for trigger in drawn if trigger is not None),
        )


def draw_materialized_views(sketch: Sketch) -> Iterator[objects.MaterializedView]:
    """Yield the materialized views with their indexes."""
    for view in sketch.catalog.of(MaterializedView):
        if not _is_query(view.query):
            continue
        drawn = (draw_index(sketch, index) for index in sketch.parts(view.id).get("index", ()))
        yield trusted(
            objects.MaterializedView,
            id=sketch.id("view", view.schema, view.name),
            name=view.name,
            schema_name=sketch.schema_name(view.schema),
            description=sketch.description(view.id),
            query=view.query,
            grant_select_to=readers(sketch, view.id),
            indexes=tuple(index for index in drawn if index is not None),
        )


def draw_functions(sketch: Sketch) -> Iterator[objects.Function]:
    """Yield the functions whose identity can be read from their definition."""
    for function in sketch.catalog.of(Function):
        drawn = trusted(
            objects.Function,
            id=sketch.id("function", function.schema, function.name, function.arguments),
            name=function.name,
            schema_name=sketch.schema_name(function.schema),
            description=sketch.description(function.id),
            definition=function.definition,
        )
        try:
            made = lower_function(drawn, function.schema, lambda text: text)
        except DesignerError:
            continue
        if made.id == function.id:
            yield drawn


def _is_query(text: str) -> bool:
    try:
        sqltext.settled_query(text)
    except DesignerError:
        return False
    return True
