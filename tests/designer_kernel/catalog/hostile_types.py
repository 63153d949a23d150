"""Types made of functions, aggregates, operators and what is about them, under hostile names: see `hostile`."""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.access_method import AccessMethod
from designer_kernel.catalog.kinds.aggregate import Aggregate
from designer_kernel.catalog.kinds.base_type import BaseType
from designer_kernel.catalog.kinds.cast import Cast
from designer_kernel.catalog.kinds.extension_dependency import ExtensionDependency
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.language import Language
from designer_kernel.catalog.kinds.operator import Operator
from designer_kernel.catalog.kinds.operator_class import OperatorClass, OperatorFamily, OperatorFamilyMember
from designer_kernel.catalog.kinds.range import Multirange, Range
from designer_kernel.catalog.kinds.shell_type import ShellType
from designer_kernel.catalog.kinds.transform import Transform
from designer_kernel.catalog.objects import CatalogObject, ObjectId


def hostile_types(schema: str, names: tuple[str, ...], extension: str) -> list[CatalogObject]:
    """Give one of each kind; ``names`` are eight, all different."""
    base, shell, ranged, many, into, out, family, language = names
    # CREATE TYPE AS RANGE makes up the names of two array types, and takes one name for both if they differ at their
    # last byte alone.
    many = f"m{many[1:]}"
    typed = frozenset({ObjectId("type", (schema, base))})
    own, of_range = quote_path(schema, base), quote_path(schema, ranged)
    read = _internal(schema, into, "cstring", own, "int4in", typed)
    write = _internal(schema, out, own, "cstring", "int4out", typed)
    less = _internal(schema, into, f"{own}, {own}", "boolean", "int4lt", typed)
    larger = _internal(schema, out, f"{own}, {own}", own, "int4larger", typed)
    options = (
        ("INPUT", quote_path(schema, into)),
        ("OUTPUT", quote_path(schema, out)),
        ("INTERNALLENGTH", "4"),
        ("PASSEDBYVALUE", "true"),
        ("ALIGNMENT", "int4"),
        ("STORAGE", "plain"),
        ("DEFAULT", "'7'"),
    )
    compare = Operator(
        schema=schema,
        name="<#",
        left=own,
        right=own,
        function=quote_path(schema, into),
        depends=frozenset({less.id}),
    )
    clause = f"OPERATOR 1 {quote(schema)}.<#({own},{own})"
    return [
        ShellType(schema=schema, name=shell),
        BaseType(schema=schema, name=base, options=options, depends=frozenset({read.id, write.id})),
        read,
        write,
        less,
        larger,
        ExtensionDependency(on=less.id, extension=extension),
        Range(schema=schema, name=ranged, subtype="integer"),
        Multirange(schema=schema, name=many, range=(schema, ranged)),
        Aggregate(
            schema=schema,
            name=family,
            arguments=own,
            signature=f"{quote(shell)} {own}",
            returns=own,
            options=(("SFUNC", quote_path(schema, out)), ("STYPE", own), ("INITCOND", "'1'")),
            depends=frozenset({larger.id}),
        ),
        compare,
        OperatorFamily(schema=schema, name=family, method="btree"),
        OperatorFamilyMember(
            schema=schema,
            family=family,
            method="btree",
            word="OPERATOR",
            number=1,
            left=own,
            right=own,
            clause_text=clause,
            depends=frozenset({compare.id}),
        ),
        OperatorClass(schema=schema, name=base, method="btree", type=of_range, family=(schema, family), storage=""),
        Cast(source=own, target="integer", method="WITHOUT FUNCTION", context="ASSIGNMENT"),
        Language(name=language, handler="pg_catalog.plpgsql_call_handler"),
        Transform(type=of_range, language=language, from_sql="prsd_lextype(internal)"),
        AccessMethod(name=language, type="INDEX", handler="pg_catalog.gisthandler"),
    ]


def _internal(
    schema: str, name: str, arguments: str, returns: str, source: str, needs: frozenset[ObjectId]
) -> Function:
    """Give one of the server's own functions another name and other types."""
    head = f"CREATE FUNCTION {quote_path(schema, name)}({arguments}) RETURNS {returns}"
    return Function(
        schema=schema,
        name=name,
        arguments=arguments,
        returns=returns,
        language="internal",
        definition=f"{head} LANGUAGE internal IMMUTABLE STRICT AS '{source}'",
        depends=needs,
    )
