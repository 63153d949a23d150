"""Queries as values: what is read, how it is joined, filtered, grouped and ordered; to SQL, and back where that can be.

A `Query` knows no server and no design. Its names are checked against a design when it is written as SQL, and found in
one when SQL is read.
"""

from __future__ import annotations

from designer_kernel.query.model import Column, Condition, Group, Join, Order, Query, Source, Term, Value, parse_query
from designer_kernel.query.paths import AmbiguousJoin, Proposal, join, proposals
from designer_kernel.query.reading import BeyondBuilder, from_sql
from designer_kernel.query.tables import Table, Tables, tables_of
from designer_kernel.query.writing import to_sql

__all__ = [
    "AmbiguousJoin",
    "BeyondBuilder",
    "Column",
    "Condition",
    "Group",
    "Join",
    "Order",
    "Proposal",
    "Query",
    "Source",
    "Table",
    "Tables",
    "Term",
    "Value",
    "from_sql",
    "join",
    "parse_query",
    "proposals",
    "tables_of",
    "to_sql",
]
