"""Partitioned tables of every sort: by ranges, lists and hashes, over several columns and levels, by expressions."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from dataclasses import dataclass
from random import Random

PARTITIONED = (
    "range of days", "range of times", "range of numbers", "list of text", "list of enum", "list of numbers", "hash",
    "hash of two", "range of two", "range of days in list", "list in range", "hash in range", "expression",
    "range with default", "list with null", "remainder", "uneven levels", "range of text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """``columns`` are those that rows are divided by, ``key`` what of them a primary key must hold (none for expressions).

    ``is_roomy`` says that they could be a key alone.
    """

    by: str
    columns: tuple[str, ...]
    partitions: tuple[str, ...]
    key: tuple[str, ...] = ()
    is_roomy: bool = False
    may_be_null: bool = False


def partitioned(choice: str, name: str, random: Random) -> Shape:
    """Return a shape with its partitions."""

    def of(index: int, bound: str, more: str = "", parent: str = name) -> str:
        return f"CREATE TABLE {parent}_{index} PARTITION OF {parent} {bound}{more}"

    count = random.randint(1, 3)
    months = [f"FOR VALUES FROM ('2024-{m:02}-01') TO ('2024-{m + 1:02}-01')" for m in (1, 2, 5)[:count]]
    default = (of(9, "DEFAULT"),) if random.random() < 0.3 else ()
    match choice:
        case "range of days":
            return Shape("RANGE (day)", ("day date",), (*(of(i, b) for i, b in enumerate(months)), *default), ("day",))
        case "range of times":
            return Shape(
                "RANGE (at)",
                ("at timestamptz",),
                (*(of(i, b) for i, b in enumerate(months)), *default),
                ("at",),
                is_roomy=True,
            )
        case "range of numbers":
            bounds = [(0, 100), (100, 5000), (10000, 20000)][:count]
            parts = tuple(of(i, f"FOR VALUES FROM ({a}) TO ({b})") for i, (a, b) in enumerate(bounds))
            open_end = (of(7, "FOR VALUES FROM (20000) TO (MAXVALUE)"),) if random.random() < 0.5 else ()
            return Shape("RANGE (part)", ("part integer",), (*parts, *open_end), ("part",), is_roomy=bool(open_end))
        case "list of text":
            parts = (of(0, "FOR VALUES IN ('eu', 'uk')"), of(1, "FOR VALUES IN ('us')"))
            return Shape("LIST (region)", ("region text",), (*parts, *default), ("region",))
        case "list of enum":
            return Shape(
                "LIST (kind)",
                ("kind kind",),
                (of(0, "FOR VALUES IN ('a', 'b')"), of(1, "FOR VALUES IN ('d')")),
                ("kind",),
            )
        case "list of numbers":
            return Shape(
                "LIST (shard)",
                ("shard smallint",),
                (of(0, "FOR VALUES IN (1, 2)"), of(1, "FOR VALUES IN (7)")),
                ("shard",),
            )
        case "list with null":
            return Shape(
                "LIST (region)",
                ("region text",),
                (of(0, "FOR VALUES IN ('eu')"), of(1, "FOR VALUES IN (NULL, 'us')")),
                ("region",),
                may_be_null=True,
            )
        case "hash":
            kind = random.choice(
                ["bigint", "uuid", "text", "integer", "date", "timestamptz", "varchar(40)", "numeric(12,0)"]
            )
            parts = tuple(of(i, f"FOR VALUES WITH (MODULUS 3, REMAINDER {i})") for i in range(3))
            return Shape("HASH (part)", (f"part {kind}",), parts, ("part",), is_roomy=True)
        case "hash of two":
            parts = tuple(of(i, f"FOR VALUES WITH (MODULUS 2, REMAINDER {i})") for i in range(2))
            return Shape("HASH (part, slot)", ("part bigint", "slot text"), parts, ("part", "slot"), is_roomy=True)
        case "range of two":
            parts = (
                of(0, "FOR VALUES FROM (1, 'a') TO (1, 'm')"),
                of(1, "FOR VALUES FROM (1, 'm') TO (3, 'c')"),
                of(2, "FOR VALUES FROM (5, MINVALUE) TO (5, MAXVALUE)"),
            )
            return Shape("RANGE (year, code)", ("year integer", "code text"), parts[:count], ("year", "code"))
        case "range of days in list":
            inner = (
                of(0, "FOR VALUES FROM ('2024-01-01') TO ('2024-07-01')", parent=f"{name}_0"),
                of(1, "FOR VALUES FROM ('2024-07-01') TO ('2025-01-01')", parent=f"{name}_0"),
            )
            parts = (
                of(0, "FOR VALUES IN ('de', 'fr')", " PARTITION BY RANGE (day)"),
                of(1, "FOR VALUES IN ('us')"),
                *inner,
            )
            return Shape("LIST (region)", ("region text", "day date"), parts, ("region", "day"))
        case "list in range":
            inner = (
                of(0, "FOR VALUES IN ('a')", parent=f"{name}_0"),
                of(1, "FOR VALUES IN ('b', 'c')", parent=f"{name}_0"),
            )
            parts = (
                of(0, "FOR VALUES FROM ('2024-01-01') TO ('2024-07-01')", " PARTITION BY LIST (kind)"),
                of(1, "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"),
                *inner,
            )
            return Shape("RANGE (day)", ("day date", "kind kind"), parts, ("day", "kind"))
        case "hash in range":
            inner = tuple(of(i, f"FOR VALUES WITH (MODULUS 2, REMAINDER {i})", parent=f"{name}_0") for i in range(2))
            parts = (of(0, "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", " PARTITION BY HASH (account)"), *inner)
            return Shape("RANGE (at)", ("at timestamptz", "account bigint"), parts, ("at", "account"), is_roomy=True)
        case "uneven levels":
            inner = (
                of(0, "FOR VALUES FROM (0) TO (50)", parent=f"{name}_0"),
                of(1, "FOR VALUES FROM (500) TO (1000)", parent=f"{name}_1"),
            )
            parts = (
                of(0, "FOR VALUES IN ('eu')", " PARTITION BY RANGE (part)"),
                of(1, "FOR VALUES IN ('us')", " PARTITION BY RANGE (part)"),
                *inner,
            )
            return Shape("LIST (region)", ("region text", "part integer"), parts, ("region", "part"))
        case "expression":
            if random.random() < 0.5:
                return Shape(
                    "LIST (lower(region))",
                    ("region text",),
                    (of(0, "FOR VALUES IN ('eu', 'uk')"), of(1, "FOR VALUES IN ('us')")),
                )
            return Shape(
                "RANGE (date_trunc('month', moment))",
                ("moment timestamp",),
                (
                    of(0, "FOR VALUES FROM ('2024-01-01') TO ('2024-03-01')"),
                    of(1, "FOR VALUES FROM ('2024-06-01') TO ('2024-09-01')"),
                ),
            )
        case "remainder":
            return Shape(
                "LIST ((part % 4))", ("part integer",), tuple(of(i, f"FOR VALUES IN ({i})") for i in range(count))
            )
        case "range with default":
            return Shape(
                "RANGE (amount)",
                ("amount numeric(10,2)",),
                (of(0, "FOR VALUES FROM (0.5) TO (99.5)"), of(1, "DEFAULT")),
                ("amount",),
                may_be_null=True,
            )
        case "range of text":
            parts = (of(0, "FOR VALUES FROM ('a') TO ('h')"), of(1, "FOR VALUES FROM ('h') TO ('p')"))
            return Shape("RANGE (name)", ("name text",), parts, ("name",))
    raise AssertionError(choice)
