"""What random tables are restricted by, over columns that they have already: uniques, exclusions, comparisons."""

from __future__ import annotations

from tests.designer_kernel.sample.growing import Chances, Column, Table
from tests.designer_kernel.sample.ingredients import EXPRESSIONS, FINITE, PREDICATES, UNIQUE


class Restrictions:
    """Draws what restricts tables, for a version of PostgreSQL."""

    def __init__(self, random: Chances, version: int) -> None:
        self.random = random
        self.version = version

    def pairs(self, table: Table) -> None:
        """Let two references to one table be to different rows, or in order."""
        single = {r[0].name: r[0] for r in table.references if len(r) == 1}
        for name in single:
            other = single.get(f"{name}_")
            if other is not None and not other.is_required and self.random.chance(0.5):
                table.parts.append(f"CHECK ({name} {self.random.choice(['<>', '<>', '<', '>'])} {other.name})")
                return

    def generated(self, table: Table) -> None:
        numbers = [c for c in table.columns if c.type in ("integer", "numeric(10,2)")]
        texts = [c for c in table.columns if c.type == "text"]
        kind = self.random.choice(["STORED", "VIRTUAL"]) if self.version >= 18 else "STORED"
        if numbers and self.random.chance(0.15):
            table.parts.append(f"doubled numeric GENERATED ALWAYS AS ({numbers[0].name} * 2) {kind}")
        if texts and self.random.chance(0.15):
            table.parts.append(f"folded text GENERATED ALWAYS AS (lower({texts[0].name})) STORED")
            if texts[0].is_required and self.random.chance(0.4):
                table.parts.append("UNIQUE (folded)")

    def uniques(self, table: Table) -> None:
        possible = [
            c
            for c in table.columns
            if c.type in UNIQUE and c.name not in ("id", "tenant_id") and not any(c in r for r in table.references)
        ]
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            self.random.choice(
                [
                    self.column_unique,
                    self.column_unique,
                    self.reference_unique,
                    self.finite_unique,
                    self.partial_unique,
                    self.expression_unique,
                ]
            )(table, possible)

    def column_unique(self, table: Table, possible: list[Column]) -> None:
        if not possible:
            return
        column = self.random.choice(possible)
        lead = "tenant_id, " if table.is_inside and self.random.chance(0.5) else ""
        nulls = " NULLS NOT DISTINCT" * self.random.chance(0.2) if self.version >= 15 else ""
        others = [c for c in table.columns if c.name != column.name and c.type not in ("xml", "point", "box")]
        include = f" INCLUDE ({self.random.choice(others).name})" if others and self.random.chance(0.15) else ""
        deferring = " DEFERRABLE" if self.random.chance(0.1) else ""
        table.parts.append(f"UNIQUE{nulls} ({lead}{column.name}){include}{deferring}")

    def reference_unique(self, table: Table, possible: list[Column]) -> None:
        """Keys over references alone, overlapping where there are more."""
        if not table.references:
            return
        sides = self.random.sample(table.references, min(len(table.references), self.random.choice([1, 2, 2])))
        names = dict.fromkeys(c.name for side in sides for c in side)
        if list(names) == ["tenant_id"]:
            return
        table.parts.append(f"UNIQUE ({', '.join(names)})")

    def finite_unique(self, table: Table, possible: list[Column]) -> None:
        """Keys in which few values are left: a kind for each row that is referred to."""
        sides = [r for r in table.references if [c.name for c in r] != ["tenant_id"]]
        if not sides:
            return
        name, kind = self.random.choice(FINITE).split(" ", 1)
        side = self.random.choice(sides)
        while any(c.name == name for c in table.columns):
            return
        table.parts.append(f"{name} {kind} NOT NULL")
        table.columns.append(Column(name, kind.split(" ")[0]))
        table.parts.append(f"UNIQUE ({', '.join(c.name for c in side)}, {name})")

    def partial_unique(self, table: Table, possible: list[Column]) -> None:
        deciding = [c for c in table.columns if c.type in PREDICATES]
        if not deciding:
            return
        decider = self.random.choice(deciding)
        predicate = self.random.choice(PREDICATES[decider.type]).format(c=decider.name)
        sides = [r for r in table.references if decider not in r]
        if sides and self.random.chance(0.5):
            names = [c.name for c in self.random.choice(sides)]
        elif possible:
            names = [self.random.choice(possible).name]
        else:
            return
        if decider.name in names:
            return
        name = f"{table.name}_partial{len(table.later)}"
        table.later.append(f"CREATE UNIQUE INDEX {name} ON {table.name} ({', '.join(names)}) WHERE {predicate}")

    def expression_unique(self, table: Table, possible: list[Column]) -> None:
        fitting = [c for c in possible if c.type in EXPRESSIONS]
        if not fitting:
            return
        column = self.random.choice(fitting)
        key = self.random.choice(EXPRESSIONS[column.type]).format(c=column.name)
        lead = "tenant_id, " if table.is_inside and self.random.chance(0.4) else ""
        name = f"{table.name}_expression{len(table.later)}"
        table.later.append(f"CREATE UNIQUE INDEX {name} ON {table.name} ({lead}({key}))")

    def exclusions(self, table: Table) -> None:
        ranges = [c for c in table.columns if c.type in ("tstzrange", "daterange", "int4range", "box", "numrange")]
        if ranges and self.random.chance(0.4):
            table.parts.append(f"EXCLUDE USING gist ({ranges[0].name} WITH &&)")
        whole = [
            c
            for c in table.columns
            if c.type in ("integer", "text", "date") and not any(c in r for r in table.references) and c.name != "id"
        ]
        if whole and self.random.chance(0.08):
            method = self.random.choice(["gist", "btree", "hash"])
            table.parts.append(f"EXCLUDE USING {method} ({whole[0].name} WITH =)")
