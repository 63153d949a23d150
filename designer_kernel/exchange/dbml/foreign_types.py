"""Types of other databases, as they stand in DBML files, and what PostgreSQL has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TYPES: Final[Mapping[str, str]] = {
    "string": "text", "tinytext": "text", "mediumtext": "text", "longtext": "text", "clob": "text", "nclob": "text",
    "ntext": "text", "varchar2": "character varying", "nvarchar": "character varying", "nvarchar2": "character varying",
    "nchar": "character", "number": "numeric", "dec": "numeric", "fixed": "numeric", "float": "double precision",
    "double": "double precision", "tinyint": "smallint", "mediumint": "integer", "int unsigned": "bigint",
    "bigint unsigned": "numeric", "datetime": "timestamp without time zone", "datetime2": "timestamp without time zone",
    "smalldatetime": "timestamp without time zone", "datetimeoffset": "timestamp with time zone",
    "blob": "bytea", "tinyblob": "bytea", "mediumblob": "bytea", "longblob": "bytea", "binary": "bytea",
    "varbinary": "bytea", "image": "bytea", "raw": "bytea", "uniqueidentifier": "uuid", "guid": "uuid",
    "object": "jsonb", "map": "jsonb", "dict": "jsonb", "any": "jsonb", "year": "smallint",
}  # fmt: skip
"""By names in lower case."""
