"""Random schemas: keys, references (also to themselves and in circles), unique keys, checks, enums and partitions."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from random import Random

_COLUMNS = (
    "n integer", "n smallint", "n bigint", "price numeric(10,2)", "ratio double precision", "flag boolean", "name text",
    "code varchar(12)", "email varchar(80)", "kind kind", "doc jsonb", "at timestamptz", "day date", "token uuid", "ip inet",
    "blob bytea", "span tstzrange", "words text[]", "share share", "city varchar(50)", "status text", "rate real", "i interval",
)  # fmt: skip
_CHECKS = {
    "integer": ("{c} > 3", "{c} BETWEEN 1 AND 40", "{c} <> 7", "{c} IN (1, 2, 3, 5, 8)", "{c} % 2 = 0"),
    "smallint": ("{c} >= 0",), "bigint": ("{c} < 100000000",), "numeric(10,2)": ("{c} >= 0", "{c} > 1.5 AND {c} <= 99.99"),
    "text": ("length({c}) >= 4", "{c} <> ''", "{c} = lower({c})"), "varchar(12)": ("{c} ~ '^[A-Z]{{3}}[0-9]{{4,6}}$'",),
    "date": ("{c} > '2001-01-01'",), "kind": ("{c} <> 'b'",), "double precision": ("{c} BETWEEN 0 AND 1",),
}  # fmt: skip
_UNIQUE = {
    "integer",
    "bigint",
    "text",
    "varchar(12)",
    "varchar(80)",
    "timestamptz",
    "date",
    "uuid",
    "inet",
    "numeric(10,2)",
}


def random_schema(seed: int) -> str:
    """Return a script that creates a random schema; the same for the same seed."""
    return _Schema(Random(seed)).script()


class _Schema:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.is_scoped = random.random() < 0.5
        self.tables: list[str] = []
        self.keys: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.statements: list[str] = []
        self.later: list[str] = []

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def script(self) -> str:
        self.statements = [
            "CREATE TYPE kind AS ENUM ('a', 'b', 'c', 'd')",
            "CREATE DOMAIN share AS numeric(5,2) CHECK (VALUE >= 0 AND VALUE <= 100)",
        ]
        if self.is_scoped:
            self.statements.append("CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE)")
        for index in range(self.random.randint(3, 7)):
            self.table(f"t{index}")
        return ";\n".join([*self.statements, *self.later]) + ";"

    def table(self, name: str) -> None:
        kind = self.random.choice(["uuid", "bigint GENERATED ALWAYS AS IDENTITY", "integer", "bigserial"])
        parts = [f"id {kind} PRIMARY KEY"]
        is_inside = self.is_scoped and self.chance(0.8)
        if is_inside:
            parts.append("tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE")
            parts.append("UNIQUE (tenant_id, id)")
        self.keys[name] = (("id",), *((("tenant_id", "id"),) if is_inside else ()))
        columns = self.columns(parts, name)
        references = self.references(parts, name, is_inside=is_inside)
        self.unique_keys(parts, columns, references, is_inside=is_inside)
        self.statements.append(f"CREATE TABLE {name} (\n  " + ",\n  ".join(parts) + "\n)")
        self.tables.append(name)

    def columns(self, parts: list[str], table: str) -> list[tuple[str, str, bool]]:
        found = []
        for index, text in enumerate(self.random.sample(_COLUMNS, self.random.randint(1, 6))):
            name, kind = text.split(" ", 1)
            name = f"{name}{index}" if self.chance(0.3) or any(name == f[0] for f in found) else name
            is_required = self.chance(0.6)
            check = self.random.choice(_CHECKS.get(kind, ("",))) if self.chance(0.5) else ""
            parts.append(
                f"{name} {kind}" + " NOT NULL" * is_required + (f" CHECK ({check.format(c=name)})" if check else "")
            )
            found.append((name, "limited" if check else kind, is_required))
        numbers = [f for f in found if f[1] in ("integer", "numeric(10,2)", "bigint")]
        if len(numbers) > 1 and self.chance(0.7):
            parts.append(f"CHECK ({numbers[0][0]} {self.random.choice(['<', '<=', '<>', '>='])} {numbers[1][0]})")
        return found

    def references(self, parts: list[str], name: str, *, is_inside: bool) -> list[tuple[str, bool]]:
        found = []
        for index in range(self.random.randint(0, 3)):
            target = self.random.choice([*self.tables, name])
            is_required = self.chance(0.6) and target != name
            column = f"{target}_ref{index}"
            is_pair = is_inside and len(self.keys[target]) > 1
            kind = "uuid" if self.kind_of(target, parts, name) == "uuid" else "bigint"
            if kind == "bigint" and self.kind_of(target, parts, name) == "integer":
                kind = "integer"
            parts.append(f"{column} {kind}" + " NOT NULL" * is_required)
            cascade = " ON DELETE CASCADE" * self.chance(0.3)
            if is_pair:
                parts.append(f"FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id){cascade}")
            else:
                parts.append(f"FOREIGN KEY ({column}) REFERENCES {target} (id){cascade}")
            found.append((column, is_required))
        if self.tables and self.chance(0.25):  # a circle, all NOT NULL
            target = self.random.choice(self.tables)
            kind = self.kind_of(name, parts, name)
            if not (self.is_scoped and is_inside and len(self.keys[target]) > 1):
                self.later.append(f"ALTER TABLE {target} ADD COLUMN back_{name} {kind} NOT NULL REFERENCES {name} (id)")
            else:
                self.later.append(f"ALTER TABLE {target} ADD COLUMN back_{name} {kind} NOT NULL")
                self.later.append(
                    f"ALTER TABLE {target} ADD FOREIGN KEY (tenant_id, back_{name}) REFERENCES {name} (tenant_id, id)"
                )
        return found

    def kind_of(self, target: str, parts: list[str], name: str) -> str:
        text = (
            parts[0] if target == name else next(s for s in self.statements if f"TABLE {target} " in s).split("\n")[1]
        )
        word = text.split("id ", 1)[1].split(" ")[0]
        return "bigint" if word == "bigserial" else word.rstrip(",")

    def unique_keys(
        self,
        parts: list[str],
        columns: list[tuple[str, str, bool]],
        references: list[tuple[str, bool]],
        *,
        is_inside: bool,
    ) -> None:
        possible = [c for c, kind, _ in columns if kind in _UNIQUE]
        if possible and self.chance(0.6):
            column = self.random.choice(possible)
            parts.append(f"UNIQUE (tenant_id, {column})" if is_inside and self.chance(0.5) else f"UNIQUE ({column})")
        if references and self.chance(0.3):
            parts.append(f"UNIQUE ({references[0][0]})")
        elif len(references) > 1 and self.chance(0.4):
            parts.append(f"UNIQUE ({references[0][0]}, {references[1][0]})")
