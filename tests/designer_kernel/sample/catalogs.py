"""Random catalogs: keys, references, uniques, exclusions, partitions and checks of every sort, together.

The same number gives the same catalog. What is drawn is possible: some rows exist that keep all of it, unless a key
leaves no room for as many as are asked for.
"""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from tests.designer_kernel.sample.growing import Chances, Column, Table, plain
from tests.designer_kernel.sample.ingredients import CHECKS, COLUMNS, KEYS, TYPES
from tests.designer_kernel.sample.partitions import PARTITIONED, partitioned
from tests.designer_kernel.sample.restrictions import Restrictions


class RandomCatalog:
    """One catalog; ``script`` makes it in the schema that is current.

    It is drawn from the chances of a seed, or from others: hypothesis', say, which can make it smaller.
    """

    def __init__(self, chances: int | Chances, version: int = 18) -> None:
        self.random = chances if isinstance(chances, Chances) else Chances(chances)
        self.version = version
        self.restrictions = Restrictions(self.random, version)
        self.is_scoped = self.random.chance(0.4)
        self.tables: list[Table] = []
        self.later: list[str] = []

    def script(self) -> str:
        """Return the statements."""
        if self.is_scoped:
            tenants = Table("tenants")
            tenants.parts.append(
                self.random.choice(["id uuid PRIMARY KEY", "id integer PRIMARY KEY", "id text PRIMARY KEY"])
            )
            tenants.keys.append((Column("id", tenants.parts[0].split()[1]),))
            tenants.add("name", "text")
            self.tables.append(tenants)
        for index in range(self.random.randint(2, 5)):
            maker = self.random.choices(
                [self.table, self.junction, self.part, self.partitions, self.slots, self.tenants_parts],
                [20, 6, 4, 6, 4, 1],
            )[0]
            maker(f"t{index}")
        self.circles()
        created = [table.script() for table in self.tables]
        indexes = [text for table in self.tables for text in table.later]
        return ";\n".join([*TYPES, "CREATE SEQUENCE shared", *created, *indexes, *self.later]) + ";\n"

    # kinds of tables

    def table(self, name: str) -> None:
        table = Table(name)
        self.key(table)
        self.scope(table)
        self.plain_columns(table, self.random.randint(1, 6))
        for _ in range(self.random.randint(0, 3)):
            self.reference(table)
        if self.random.chance(0.4):
            self.itself(table)
        self.restrictions.pairs(table)
        self.restrictions.generated(table)
        self.restrictions.uniques(table)
        self.restrictions.exclusions(table)
        self.tables.append(table)

    def junction(self, name: str) -> None:
        """Pairs or triples without repeats."""
        if sum(bool(t.keys) for t in self.tables) < 2:
            return self.table(name)
        table = Table(name)
        sides = [self.reference(table, required=True, alone=True) for _ in range(self.random.choice([2, 2, 2, 3]))]
        columns = [c.name for side in sides for c in side]
        names = ", ".join(dict.fromkeys(columns))
        if self.random.chance(0.7):
            table.parts.append(f"PRIMARY KEY ({names})")
        else:
            self.key(table)
            table.parts.append(f"UNIQUE ({names})")
        if self.random.chance(0.4):
            extra = table.add("position", "integer")
            table.parts.append(f"UNIQUE ({', '.join(c.name for c in sides[0])}, {extra.name})")
        if self.random.chance(0.25):
            table.parts.append(f"UNIQUE ({', '.join(reversed([c.name for c in sides[-1]]))}, {sides[0][0].name})")
        self.plain_columns(table, self.random.randint(0, 3))
        self.tables.append(table)
        return None

    def part(self, name: str) -> None:
        """One row of another table at most, or parts that are numbered inside it."""
        if not any(t.keys for t in self.tables):
            return self.table(name)
        table = Table(name)
        side = self.reference(table, required=True, alone=True)
        names = ", ".join(c.name for c in side)
        if self.random.chance(0.5):
            table.parts.append(f"PRIMARY KEY ({names})")
            table.keys.append(tuple(side))
        else:
            kind = self.random.choice(["smallint", "integer", "text", "kind", "date", "varchar(5)"])
            number = table.add(self.random.choice(["number", "line", "label"]), kind)
            table.parts.append(f"PRIMARY KEY ({names}, {number.name})")
            table.keys.append((*side, number))
        self.plain_columns(table, self.random.randint(1, 4))
        if self.random.chance(0.4):
            self.reference(table)
        self.restrictions.uniques(table)
        self.tables.append(table)
        return None

    def partitions(self, name: str) -> None:
        """A partitioned table, with its partitions."""
        table = Table(name)
        choice = self.random.choice(PARTITIONED)
        shape = partitioned(choice, name, self.random)
        for column in shape.columns:
            kind, _, rest = column.partition(" ")
            table.add(kind, rest, required=not (shape.may_be_null and self.random.chance(0.3)))
        if shape.key and all(c.is_required for c in table.columns) and self.random.chance(0.8):
            number = (
                table.add("id", self.random.choice(["bigint", "uuid", "integer"])) if self.random.chance(0.7) else None
            )
            names = [*shape.key, *([number.name] if number else [])]
            is_alone = number is None and not shape.is_roomy
            if not is_alone:
                table.parts.append(f"PRIMARY KEY ({', '.join(names)})")
                table.keys.append(tuple(c for c in table.columns if c.name in names))
        table.tail = f" PARTITION BY {shape.by}"
        table.later += shape.partitions
        self.plain_columns(table, self.random.randint(0, 3))
        if self.random.chance(0.5) and self.tables:
            self.reference(table)
        self.tables.append(table)

    def slots(self, name: str) -> None:
        """Stretches that do not overlap for one key."""
        table = Table(name)
        self.key(table)
        self.scope(table)
        side = self.reference(table, required=True, alone=True) if self.tables and self.random.chance(0.7) else ()
        self.plain_columns(table, self.random.randint(0, 3))
        scalar = side[0].name if len(side) == 1 and plain(side[0].type) not in ("plate", "positive") else ""
        where = self.random.choice(["", "", " WHERE (NOT cancelled)", " WHERE (state <> 'gone')"])
        if "cancelled" in where:
            table.add("cancelled", "boolean")
        if "state" in where:
            table.add("state", "text")
        deferring = self.random.choice(["", "", " DEFERRABLE INITIALLY DEFERRED"])
        kind = self.random.choice(
            [
                "tstzrange",
                "daterange",
                "int4range",
                "numrange",
                "tsrange",
                "int8range",
                "two",
                "circle",
                "box",
                "numbers",
            ]
        )
        if kind == "two":
            low, high = (
                table.add("starts_at", "timestamptz"),
                table.add("ends_at", "timestamptz", required=self.random.chance(0.7)),
            )
            table.parts.append(f"CHECK ({low.name} < {high.name})")
            element = f"tstzrange({low.name}, {high.name})"
        elif kind == "numbers":
            low, high = table.add("low", "integer"), table.add("high", "integer")
            table.parts.append(f"CHECK ({low.name} <= {high.name})")
            element = f"int4range({low.name}, {high.name}, '[]')"
        else:
            element = table.add("during", kind, required=self.random.chance(0.7)).name
        equal = f"{scalar} WITH =, " if scalar and self.random.chance(0.8) else ""
        if kind in ("circle", "box") and self.random.chance(0.5):
            equal = ""
        table.parts.append(f"EXCLUDE USING gist ({equal}{element} WITH &&){where}{deferring}")
        if self.random.chance(0.2) and scalar:
            other = table.add("group_id", "integer")
            table.parts.append(f"EXCLUDE USING gist ({scalar} WITH =, {other.name} WITH <>)")
        if self.random.chance(0.3):
            second = table.add("booked", self.random.choice(["daterange", "tsrange"]), required=False)
            table.parts.append(f"EXCLUDE USING gist ({second.name} WITH &&)")
        self.tables.append(table)

    def tenants_parts(self, name: str) -> None:
        """A table whose partitions are for some of the rows that it refers to; or what is valid in periods."""
        table = Table(name)
        kind = self.random.choice(["integer", "uuid", "text"])
        values = {"integer": ("3", "14", "15"), "text": ("'north'", "'south'", "'west'")}.get(kind)
        values = values or tuple(f"'00000000-0000-4000-8000-00000000000{i}'" for i in range(3))
        scope = Table(f"{name}_scope")
        scope.parts.append(f"id {kind} PRIMARY KEY")
        scope.keys.append((Column("id", kind),))
        scope.add("name", "text")
        column = table.add("scope_id", kind)
        table.parts.append(f"FOREIGN KEY (scope_id) REFERENCES {scope.name} (id)")
        table.references.append((column,))
        if self.version >= 18 and self.random.chance(0.5):
            valid = table.add("valid", self.random.choice(["daterange", "tstzrange", "int4multirange"]))
            table.parts.append(f"PRIMARY KEY (scope_id, {valid.name} WITHOUT OVERLAPS)")
        else:
            number = table.add("id", self.random.choice(["bigint", "uuid"]))
            table.parts.append(f"PRIMARY KEY (scope_id, {number.name})")
            table.keys.append((column, number))
            table.tail = " PARTITION BY LIST (scope_id)"
            table.later.append(f"CREATE TABLE {name}_0 PARTITION OF {name} FOR VALUES IN ({values[0]})")
            table.later.append(f"CREATE TABLE {name}_1 PARTITION OF {name} FOR VALUES IN ({values[1]}, {values[2]})")
        self.plain_columns(table, self.random.randint(0, 2))
        self.tables += [scope, table]

    # parts of tables

    def key(self, table: Table) -> None:
        if self.random.chance(0.15):
            return self.composite_key(table)
        kind = self.random.choice(KEYS)
        _, _, word = kind.partition(" ")
        table.parts.append(f"{kind} PRIMARY KEY")
        column = Column("id", plain(word))
        table.columns.append(column)
        table.keys.append((column,))
        if self.random.chance(0.1):
            code = table.add("code", self.random.choice(["text", "integer", "uuid"]))
            table.parts.append(f"UNIQUE ({code.name})")
            table.keys.append((code,))
        return None

    def composite_key(self, table: Table) -> None:
        kinds = self.random.sample(
            [
                ("region", "varchar(10)"),
                ("number", "integer"),
                ("grade", "kind"),
                ("day", "date"),
                ("part", "uuid"),
                ("yes", "boolean"),
            ],
            self.random.choice([2, 2, 3]),
        )
        if not any(kind in ("integer", "uuid", "varchar(10)", "date") for _, kind in kinds):
            kinds.append(("number", "bigint"))
        columns = tuple(table.add(name, kind) for name, kind in kinds)
        table.parts.append(f"PRIMARY KEY ({', '.join(c.name for c in columns)})")
        table.keys.append(columns)

    def scope(self, table: Table) -> None:
        if not self.is_scoped or not self.random.chance(0.8):
            return
        tenant = table.add("tenant_id", self.tables[0].keys[0][0].type)
        table.parts.append(
            f"FOREIGN KEY (tenant_id) REFERENCES tenants (id){self.random.choice(['', ' ON DELETE CASCADE'])}"
        )
        table.references.append((tenant,))
        table.is_inside = True
        if len(table.keys[0]) == 1:
            table.parts.append("UNIQUE (tenant_id, id)")
            table.keys.append((tenant, table.keys[0][0]))

    def plain_columns(self, table: Table, count: int) -> None:
        for text in self.random.sample(COLUMNS, count):
            name, kind = text.split(" ", 1)
            checks = CHECKS.get(kind, ())
            check = self.random.choice(checks) if checks and self.random.chance(0.35) else ""
            table.add(name, kind, required=self.random.chance(0.6), check=check)
        numbers = [c for c in table.columns if c.type in ("integer", "numeric(10,2)", "bigint") and c.name[0] in "npqa"]
        if len(numbers) > 1 and self.random.chance(0.5):
            table.parts.append(
                f"CHECK ({numbers[0].name} {self.random.choice(['<', '<=', '<>', '>='])} {numbers[1].name})"
            )

    def reference(self, table: Table, *, required: bool | None = None, alone: bool = False) -> tuple[Column, ...]:
        """Add a foreign key to some table that exists; columns of the scope are shared."""
        parents = [t for t in self.tables if t.keys]
        if not parents:
            return ()
        if alone:  # not twice to the same parent, which leaves fewer pairs than rows
            parents = [t for t in parents if not any(c.name.startswith(f"{t.name}_") for c in table.columns)] or parents
        parent = self.random.choice(parents)
        key = self.random.choice(parent.keys)
        is_required = self.random.chance(0.6) if required is None else required
        columns = []
        for column in key:
            shared = next((c for c in table.columns if column.name == "tenant_id" == c.name), None)
            twin = next(
                (
                    c
                    for c in table.columns
                    if c.name == f"{parent.name}_{column.name}" and len(key) > 1 and c.type == plain(column.type)
                ),
                None,
            )
            if shared is None and twin is not None and self.random.chance(0.2):
                shared = twin
            if shared is None:
                shared = table.add(f"{parent.name}_{column.name}", plain(column.type), required=is_required)
            columns.append(shared)
        self.foreign_key(table, columns, parent.name, key)
        return tuple(columns)

    def foreign_key(self, table: Table, columns: list[Column], parent: str, key: tuple[Column, ...]) -> None:
        here, there = ", ".join(c.name for c in columns), ", ".join(c.name for c in key)
        match = " MATCH FULL" * self.random.chance(0.2)
        action = self.random.choice(["", "", " ON DELETE CASCADE", " ON DELETE RESTRICT"])
        deferring = self.random.choice(["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"])
        table.parts.append(f"FOREIGN KEY ({here}) REFERENCES {parent} ({there}){match}{action}{deferring}")
        table.references.append(tuple(columns))

    def itself(self, table: Table) -> None:
        if not table.keys:
            return
        key = self.random.choice(table.keys)
        columns = []
        is_required = self.random.chance(0.15)
        for column in key:
            shared = next((c for c in table.columns if column.name == "tenant_id" == c.name), None)
            columns.append(shared or table.add(f"parent_{column.name}", plain(column.type), required=is_required))
        self.foreign_key(table, columns, table.name, key)
        if self.random.chance(0.15):
            table.parts.append(f"UNIQUE ({', '.join(c.name for c in columns)})")

    def circles(self) -> None:
        """References back, all NOT NULL, also over keys of several columns."""
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            if len(self.tables) < 2:
                return
            first, last = sorted(self.random.sample(range(len(self.tables)), 2))
            table, parent = self.tables[first], self.tables[last]
            if not parent.keys or (table.name == "tenants" and len(parent.keys[-1]) > 1):
                continue
            key = self.random.choice(parent.keys)
            names = []
            for column in key:
                if column.name == "tenant_id" and table.is_inside:
                    names.append("tenant_id")
                    continue
                name = f"back{len(self.later)}_{column.name}"
                names.append(name)
                self.later.append(
                    f"ALTER TABLE {table.name} ADD COLUMN {name} {plain(column.type)}"
                    + " NOT NULL" * self.random.chance(0.8)
                )
            deferring = self.random.choice(["", " DEFERRABLE INITIALLY DEFERRED"])
            self.later.append(
                f"ALTER TABLE {table.name} ADD FOREIGN KEY ({', '.join(names)}) REFERENCES {parent.name} ({', '.join(c.name for c in key)}){deferring}"
            )
