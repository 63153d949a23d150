"""Hostile names for what may be done with objects, for collations and for text search; see `hostile`."""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.collation import Collation
from designer_kernel.catalog.kinds.conversion import Conversion
from designer_kernel.catalog.kinds.default_privileges import DefaultPrivileges, GlobalDefaultPrivileges
from designer_kernel.catalog.kinds.grant import Revoke
from designer_kernel.catalog.kinds.member_privilege import MemberPrivilege
from designer_kernel.catalog.kinds.text_search import (
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchMapping,
    TextSearchParser,
    TextSearchTemplate,
)
from designer_kernel.catalog.objects import CatalogObject, ObjectId

_PARSER = (
    ("START", "pg_catalog.prsd_start"),
    ("GETTOKEN", "pg_catalog.prsd_nexttoken"),
    ("END", "pg_catalog.prsd_end"),
    ("LEXTYPES", "pg_catalog.prsd_lextype"),
)


def searched(schema: str, name: str) -> list[CatalogObject]:
    """Give collations, conversions and text search a hostile name in a hostile schema; all can carry a comment."""
    path = quote_path(schema, name)
    return [
        Collation(schema=schema, name=name, locale="C"),
        Conversion(schema=schema, name=name, source="LATIN1", to="UTF8", function="pg_catalog.iso8859_1_to_utf8"),
        TextSearchParser(schema=schema, name=name, functions=_PARSER),
        TextSearchTemplate(schema=schema, name=name, functions=(("LEXIZE", "pg_catalog.dsimple_lexize"),)),
        TextSearchDictionary(schema=schema, name=name, template="pg_catalog.simple"),
        TextSearchConfiguration(schema=schema, name=name, parser=path),
    ]


def allowed(schema: str, name: str, role: str, function: ObjectId) -> list[CatalogObject]:
    """Change who may use what, for a hostile role."""
    return [
        TextSearchMapping(
            schema=schema, configuration=name, token="url_path", dictionaries=((schema, name), ("pg_catalog", "simple"))
        ),
        Revoke(on=function, role="public", privileges=("EXECUTE",)),
        DefaultPrivileges(creator=role, schema=schema, objects="TABLES", role="public", privileges=("SELECT",)),
        GlobalDefaultPrivileges(creator=role, objects="SEQUENCES", role="public", privileges=("USAGE",)),
        MemberPrivilege(
            extension="btree_gist",
            target=f"TYPE {quote_path(schema)}.gbtreekey4",
            column="",
            role=role,
            privileges=("USAGE",),
        ),
    ]
