"""Features of PostgreSQL by the version that brought them, or that took them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.collation import Collation
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.default_privileges import DefaultPrivileges
from designer_kernel.catalog.kinds.domain import DomainNotNull
from designer_kernel.catalog.kinds.event_trigger import EventTrigger
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.identity_sequence import IdentityPersistence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import IndexAttachment
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.partition_trigger import PartitionTrigger
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.publication import PublicationSchema, PublicationTable
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.kinds.storage_parameter import StorageParameter
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.kinds.view import View
from designer_kernel.postgres.feature_uses import (
    PARAMETERS_OF_18,
    SUBSCRIBING,
    Test,
    allows_more_nulls,
    defaults_for_identity,
    has_wide_scale,
    is_generated_otherwise,
    is_partitioned,
    publishes_generated,
    subscribes_with,
)

_NEVER: Final = 99


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that servers have from one version on, or up to one, and what to do without it."""

    since: int
    what: str
    mend: str
    uses: Test
    until: int = _NEVER

    def is_on(self, version: int) -> bool:
        """Whether a server of a major version has it."""
        return self.since <= version <= self.until

    def told(self, version: int) -> str:
        """Return what a server of a version that has it not is told to lack."""
        if version < self.since:
            return f"{self.what} came with PostgreSQL {self.since}, and the server is {version}"
        return f"{self.what} went with PostgreSQL {self.until + 1}, and the server is {version}"


FEATURES: Final = (
    Feature(
        15,
        "NULLS NOT DISTINCT",
        "allow several nulls",
        lambda fact, _: isinstance(fact, Unique | Index) and fact.nulls_not_distinct,
    ),
    Feature(
        15,
        "views with security_invoker",
        "leave security_invoker out, and read the view only as its owner",
        lambda fact, _: (
            isinstance(fact, View)
            and (fact.security_invoker or any("security_invoker" in option for option in fact.options))
        ),
    ),
    Feature(
        15,
        "ON DELETE SET NULL of some columns",
        "let the foreign key set all its columns, or none",
        lambda fact, _: isinstance(fact, ForeignKey) and bool(fact.on_delete_columns),
    ),
    Feature(
        15,
        "numbers whose scale is negative or exceeds their precision",
        "use numeric, and check the range and round in the application",
        has_wide_scale,
    ),
    Feature(
        15,
        "unlogged sequences",
        "make the sequence, and the table that it belongs to, logged",
        lambda fact, _: (isinstance(fact, Sequence) and fact.unlogged) or isinstance(fact, IdentityPersistence),
    ),
    Feature(
        15,
        "publications of schemas, or of some columns or rows",
        "publish whole tables",
        lambda fact, _: (
            isinstance(fact, PublicationSchema)
            or (isinstance(fact, PublicationTable) and bool(fact.columns or fact.condition))
        ),
    ),
    *(
        Feature(
            since,
            f"subscriptions with {' or '.join(name for name, first in SUBSCRIBING.items() if first == since)}",
            "leave these options out",
            subscribes_with(since),
        )
        for since in (15, 16, 17)
    ),
    Feature(
        16,
        "rules of collations",
        "use a locale that sorts so by itself",
        lambda fact, _: isinstance(fact, Collation) and bool(fact.rules),
    ),
    Feature(
        16,
        "columns that are generated otherwise than their parents'",
        "let children and partitions generate them as their parents do",
        is_generated_otherwise,
    ),
    Feature(
        17,
        "the builtin provider of collations",
        "use libc or icu",
        lambda fact, _: isinstance(fact, Collation) and fact.provider == "builtin",
    ),
    Feature(
        17,
        "event triggers at login",
        "check in the application, after it has connected",
        lambda fact, _: isinstance(fact, EventTrigger) and fact.event == "login",
    ),
    Feature(
        17,
        "the privilege MAINTAIN",
        "let the owner maintain the table",
        lambda fact, _: any("MAINTAIN" in getattr(fact, name, ()) for name in ("privileges", "grantable", "revoked")),
    ),
    Feature(
        17,
        "exclusion constraints of partitioned tables",
        "put them on each partition",
        lambda fact, catalog: isinstance(fact, Exclusion) and is_partitioned(fact, catalog),
    ),
    Feature(
        17,
        "access methods of partitioned tables",
        "name it for each partition",
        lambda fact, _: isinstance(fact, Table) and bool(fact.partition_by and fact.access_method),
    ),
    Feature(
        17,
        "names of NOT NULL of domains",
        "leave the name out",
        lambda fact, _: isinstance(fact, DomainNotNull),
    ),
    Feature(
        17,
        "partitions with a default for an identity column of the whole",
        "leave the partition's default out",
        defaults_for_identity,
    ),
    Feature(
        18,
        "virtual generated columns",
        "store what is generated",
        lambda fact, _: isinstance(fact, Column) and fact.virtual,
    ),
    Feature(
        18,
        "not-null constraints with a name or a state of their own",
        "leave the constraint's name out, and validate it",
        lambda fact, _: isinstance(fact, NotNull),
    ),
    Feature(
        18,
        "children that allow nulls where a parent does not (NO INHERIT)",
        "let the children be NOT NULL, too",
        allows_more_nulls,
    ),
    Feature(
        18,
        "constraints that are NOT ENFORCED",
        "enforce the constraint, or leave it out",
        lambda fact, _: isinstance(fact, Check | ForeignKey) and not fact.enforced,
    ),
    Feature(
        18,
        "WITHOUT OVERLAPS and PERIOD",
        "exclude overlaps with an exclusion constraint: EXCLUDE USING gist",
        lambda fact, _: isinstance(fact, PrimaryKey | Unique | ForeignKey) and fact.period,
    ),
    Feature(
        18,
        "exclusion constraints of partitions that are not called as PostgreSQL calls them",
        "leave the names of the partitions' constraints to PostgreSQL",
        lambda fact, catalog: isinstance(fact, Exclusion) and bool(catalog.parts(fact.id, IndexAttachment)),
    ),
    Feature(
        18,
        "NOT VALID foreign keys of partitioned tables",
        "validate the constraint, or put it on each partition",
        lambda fact, catalog: isinstance(fact, ForeignKey) and not fact.valid and is_partitioned(fact, catalog),
    ),
    Feature(
        18,
        "publications of generated columns",
        "leave publish_generated_columns out",
        publishes_generated,
    ),
    Feature(
        18,
        "default privileges of large objects",
        "grant them on each large object",
        lambda fact, _: isinstance(fact, DefaultPrivileges) and "LARGE" in fact.objects.upper(),
    ),
    Feature(
        18,
        f"the storage parameters {' and '.join(PARAMETERS_OF_18)}",
        "leave them out",
        lambda fact, _: isinstance(fact, StorageParameter) and fact.parameter in PARAMETERS_OF_18,
    ),
    Feature(
        14,
        "triggers of partitions that are not called like their parents'",
        "call them like the parent's",
        lambda fact, _: isinstance(fact, PartitionTrigger) and fact.has_own_name,
        until=14,
    ),
    Feature(
        14,
        "UNLOGGED partitioned tables",
        "make the partitions unlogged, not the whole",
        lambda fact, _: isinstance(fact, Table) and fact.unlogged and bool(fact.partition_by),
        until=17,
    ),
)
"""Features of facts. Source: the release notes."""

SYNTAX: Final = {
    "MergeStmt": (15, "MERGE", "use INSERT … ON CONFLICT"),
    "JsonObjectConstructor": (16, "JSON_OBJECT", "use json_build_object()"),
    "JsonArrayConstructor": (16, "JSON_ARRAY", "use json_build_array()"),
    "JsonArrayQueryConstructor": (16, "JSON_ARRAY of a query", "use json_agg()"),
    "JsonObjectAgg": (16, "JSON_OBJECTAGG", "use json_object_agg()"),
    "JsonArrayAgg": (16, "JSON_ARRAYAGG", "use json_agg()"),
    "JsonIsPredicate": (16, "IS JSON", "check in the application, or by a cast"),
    "JsonFuncExpr": (17, "JSON_VALUE, JSON_QUERY and JSON_EXISTS", "use jsonb_path_query_first()"),
    "JsonTable": (17, "JSON_TABLE", "use jsonb_to_recordset()"),
    "JsonParseExpr": (17, "JSON()", "use a cast to json"),
    "JsonScalarExpr": (17, "JSON_SCALAR", "use to_json()"),
    "JsonSerializeExpr": (17, "JSON_SERIALIZE", "use a cast to text"),
    "ReturningOption": (18, "RETURNING with old and new", "return the new row alone"),
}
"""Ways to write SQL, by the node of the parse tree: the version that brought them, what, and what to use instead."""

FUNCTIONS: Final = {
    "uuidv7": (18, "use gen_random_uuid()"),
    "uuidv4": (18, "use gen_random_uuid()"),
    "uuid_extract_timestamp": (17, "keep the time in a column of its own"),
    "uuid_extract_version": (17, "keep the version in a column of its own"),
    "casefold": (18, "use lower()"),
    "crc32": (18, "compute it in the application"),
    "crc32c": (18, "compute it in the application"),
    "gamma": (18, "compute it in the application"),
    "lgamma": (18, "compute it in the application"),
    "array_sort": (18, "sort in a query: array(SELECT unnest(…) ORDER BY 1)"),
    "array_reverse": (18, "reverse in a query"),
    "random_normal": (16, "use the extension tablefunc: normal_rand()"),
    "array_shuffle": (16, "order by random() in a query"),
    "array_sample": (16, "order by random() in a query"),
    "any_value": (16, "use min()"),
    "system_user": (16, "use session_user"),
    "pg_input_is_valid": (16, "check with a regular expression"),
    "date_add": (16, "use the + operator"),
    "date_subtract": (16, "use the - operator"),
    "to_bin": (17, "format in the application"),
    "to_oct": (17, "format in the application"),
    "xmltext": (17, "escape the text in the application"),
    "unicode_assigned": (17, "check in the application"),
    "regexp_count": (15, "count regexp_matches()"),
    "regexp_instr": (15, "compute it in the application"),
    "regexp_like": (15, "use the ~ operator"),
    "regexp_substr": (15, "use substring(… from …)"),
    "unistr": (14, "write the characters themselves"),
}
"""Functions that came after PostgreSQL 13, with what to use instead. Source: the release notes."""
