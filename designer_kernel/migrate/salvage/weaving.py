"""Plans that keep what they take away, and bring it back on the way back: `salvaging`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.all_rows import EVERYTHING
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.salvage.choosing import Choice, heirs
from designer_kernel.migrate.salvage.copies import AS_EVER, LIST, PLAINLY, PREPARATION, Copy
from designer_kernel.migrate.salvage.doubts import doubts
from designer_kernel.migrate.salvage.nullable import parted
from designer_kernel.migrate.salvage.quiet import Firing
from designer_kernel.migrate.salvage.touching import Names, Relation, Touch, touches
from designer_kernel.migrate.steps import Plan, Step


def salvaging(plan: Plan, before: Catalog, after: Catalog) -> Plan:
    """Return a plan that keeps what would be lost before it goes, and brings it back on the way down.

    What goes on the way up (tables, columns, values that a conversion may lose, values of an enumeration that are
    removed) is copied into a schema of our own just before, in the transaction that takes it away. On the way down it
    comes back as soon as there is a place for it: before constraints, NOT NULL, foreign keys and triggers. Values come
    back to the rows that are still there, and of values that only changed their type those that nobody has changed
    since. What went on the way down is copied too; that comes back by hand alone. A copy stays after it has come back,
    until somebody purges it.

    Parameters
    ----------
    plan
        In either mode; staged already, if it is to be.
    before, after
        The catalogs that it is between.
    """
    up = _Way(plan.up, before, after, (plan.before, plan.after))
    down = _Way(plan.down, after, before, (plan.after, plan.before))
    made = up.salvaged(conversions=True)
    back = _Return(down.salvaged(conversions=False), up.copies, up.names, after, before)
    return replace(plan, up=_staged(_prepared(made)), down=_staged(_prepared(back.steps())))


def _staged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Number the stages anew: what stands beside a step outside of transactions has a stage of its own."""
    made: list[Step] = []
    last = None
    for step in steps:
        place = (step.stage, step.is_transactional)
        begins = place != last or not step.is_transactional
        stage = made[-1].stage + begins if made else step.stage
        made.append(step if step.stage == stage else replace(step, stage=stage))
        last = place
    return tuple(made)


def _prepared(steps: list[Step]) -> list[Step]:
    """Make room for what is salvaged in the first step that needs it."""
    for place, step in enumerate(steps):
        if step.action in ("salvage", "restore"):
            steps[place] = replace(step, statements=(*PREPARATION, *step.statements))
            break
    return steps


@dataclass(slots=True)
class _Way:
    """One way of a plan: what it takes away, and the names that things have meanwhile."""

    steps: Sequence[Step]
    before: Catalog
    after: Catalog
    hashes: tuple[str, str]
    names: Names = field(init=False)
    copies: list[Copy] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.before)

    def salvaged(self, *, conversions: bool) -> list[Step]:
        """Return the steps with those that salvage; afterwards ``names`` are those at the end."""
        final = Names(self.before)
        for step in self.steps:
            for sql in step.statements:
                final.follow(sql)
        choice = Choice(self.before, self.after, self.hashes, final)
        last = self._last_touches()
        made: list[Step] = []
        followed: list[Copy] = []
        for number, step in enumerate(self.steps):
            new = [copy for copy in self._lost(step, choice, conversions=conversions) if copy not in self.copies]
            self.copies += new
            made += [self._keeping(copy, step) for copy in new]
            made.append(self._warned(step, choice))
            for sql in step.statements:
                self.names.follow(sql)
            followed += [copy for copy in new if copy.followed]
            for copy in [copy for copy in followed if last.get(copy.path, -1) <= number]:
                followed.remove(copy)
                made.append(self._noting(copy, step))
        return made

    def _last_touches(self) -> dict[tuple[str, ...], int]:
        """Return for each column, by its name before, the last step that touches it."""
        names, found = Names(self.before), {}
        for number, step in enumerate(self.steps):
            for sql in step.statements:
                for path, _ in _touched(sql, names, self.before):
                    found[path] = number
                if relation := names.succeeded(sql):
                    columns = self.before.parts(ObjectId("relation", relation), Column)
                    found.update({(*relation, column.name): number for column in columns})
                names.follow(sql)
        return found

    def _lost(self, step: Step, choice: Choice, *, conversions: bool) -> Iterator[Copy]:
        lost = {hazard.on for hazard in step.hazards if hazard.name == "data_loss"}
        tables = {self.names.original((key.path[0], key.path[1])) for key in lost if key.kind == "relation"}
        for relation in sorted(tables):
            if copy := choice.table(relation):
                yield copy
        for key in sorted(lost):
            if key.kind == "column" and len(key.path) == 3:
                relation = self.names.original((key.path[0], key.path[1]))
                name = self.names.original_column(relation, key.path[2])
                yield from filter(None, (choice.column(heir, name) for heir in heirs(relation, self.before)))
            elif key.kind == "attribute":
                for column in choice.of_type(ObjectId("type", key.path[:2])):
                    if copy := choice.column((column.schema, column.table), column.name):
                        yield copy
        for relation, name in self._retyped(step) if conversions else ():
            if copy := choice.converted(relation, name):
                yield copy

    def _retyped(self, step: Step) -> Iterator[tuple[Relation, str]]:
        """Yield the columns whose values a step converts."""
        for sql in step.statements:
            for touch in touches(sql):
                if touch.what == "retyped":
                    relation = self.names.original(touch.relation)
                    name = self.names.original_column(relation, touch.column)
                    yield from ((heir, name) for heir in heirs(relation, self.before))
            if made := self.names.succeeded(sql):
                for column in self.before.parts(ObjectId("relation", made), Column):
                    if not any(copy.path == (*made, column.name) for copy in self.copies):
                        yield made, column.name

    def _warned(self, step: Step, choice: Choice) -> Step:
        """Say of a step that makes other values of those that an enumeration loses that they are lost."""
        for sql in step.statements:
            for touch in touches(sql):
                if touch.what != "retyped" or _goes_by_text(touch):
                    continue  # such rows make it fail
                relation = self.names.original(touch.relation)
                labels = choice.removed_labels(relation, self.names.original_column(relation, touch.column))
                if labels:
                    reason = f"its values {', '.join(labels)} become others"
                    loss = Hazard("data_loss", ObjectId("column", (*touch.relation, touch.column)), reason)
                    step = replace(step, hazards=(*step.hazards, loss))
        return step

    def _keeping(self, copy: Copy, step: Step) -> Step:
        table = self.names.relation(copy.relation)
        lock = LockMode.ACCESS_EXCLUSIVE if _is_forced(copy, self.before) else LockMode.SHARE_ROW_EXCLUSIVE
        key = ObjectId("relation" if copy.is_whole else "column", copy.path)
        return _step("salvage", key, kept(copy, self.names, self.before), step, [(table, lock)], self.before)

    def _noting(self, copy: Copy, step: Step) -> Step:
        table = self.names.relation(copy.relation)
        statements = _plain(copy.note(table, _columns(copy, self.names)))
        return _step("salvage", ObjectId("column", copy.path), statements, step, [], self.before)


class _Return:
    """The way back, on which what was salvaged is restored."""

    def __init__(
        self, steps: Sequence[Step], copies: Sequence[Copy], names: Names, after: Catalog, before: Catalog
    ) -> None:
        self._steps = steps
        self._copies = list(copies)
        self._names = names
        self._start = names.copy()
        self._before = before
        self._firing = Firing(steps, after, before)

    def steps(self) -> list[Step]:
        """Return the steps down with those that restore."""
        first, last = self._places()
        marks, restores = defaultdict(list), defaultdict(list)
        for copy in self._copies:
            place = last.get(copy.path)
            if place is None:
                continue
            restores[place].append(copy)
            if copy.followed:
                marks[first[copy.path]].append(copy)
        made: list[Step] = []
        for number, step in enumerate(self._steps):
            made += [self._marking(copy, step) for copy in marks[number]]
            waiting = restores[number]
            now, later = parted(step, [self._path_now(copy) for copy in waiting if copy.kind == "column"])
            made.append(now)
            for sql in step.statements:
                self._names.follow(sql)
            made += [self._restoring(copy, step, number) for copy in waiting]
            made += later
        return made

    def _path_now(self, copy: Copy) -> tuple[str, ...]:
        return (*self._names.relation(copy.relation), self._names.column(copy.relation, copy.path[2]))

    def _places(self) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], int]]:
        """Return for each copy the first step that touches what it is of, and the last one that makes it."""
        names = self._names.copy()
        first: dict[tuple[str, ...], int] = {}
        last: dict[tuple[str, ...], int] = {}
        families = {copy.path: _below(copy.relation, self._before) for copy in self._copies if copy.kind == "table"}
        for number, step in enumerate(self._steps):
            if step.action == "salvage":
                continue
            for sql in step.statements:
                for path, touch in _touched(sql, names, self._before):
                    first.setdefault(path, number)
                    if touch.what != "removed":
                        last[path] = number
                for touch in touches(sql):
                    if touch.what == "made":
                        last.update({path: number for path, below in families.items() if touch.relation in below})
                if relation := names.succeeded(sql):
                    for path in (c.path for c in self._copies if c.kind == "column" and c.relation == relation):
                        first.setdefault(path, number)
                        last[path] = number
                names.follow(sql)
        return first, last

    def _marking(self, copy: Copy, step: Step) -> Step:
        table = self._names.relation(copy.relation)
        statements = _plain(*copy.create(), copy.mark(table, _columns(copy, self._names)))
        return _step("restore", ObjectId("column", copy.path), statements, step, [], self._before)

    def _restoring(self, copy: Copy, step: Step, number: int) -> Step:
        table = self._names.relation(copy.relation) if copy.kind == "column" else copy.relation
        columns = _columns(copy, self._names) if copy.kind == "column" else {}
        forced = _is_forced(copy, self._before)
        event = "INSERT" if copy.is_whole else "UPDATE"
        quiet, loud, lock = self._firing.around(copy.relation, table, number, event)
        always = self._identities(copy)
        statements = _plain(
            *copy.create(),
            *quiet,
            *_force(table, "NO FORCE", forced=forced),
            *(f"ALTER TABLE {quote_path(*table)} ALTER COLUMN {quote(c)} SET GENERATED BY DEFAULT" for c in always),
            copy.put_back(table, columns),
            *(f"ALTER TABLE {quote_path(*table)} ALTER COLUMN {quote(c)} SET GENERATED ALWAYS" for c in always),
            *_force(table, "FORCE", forced=forced),
            *loud,
            *(_setting(copy, table, columns.get(c, c), c, s) for c, s in copy.sequences),
            copy.done(),
        )
        lock = LockMode.ACCESS_EXCLUSIVE if forced or always else lock
        key = ObjectId("relation" if copy.kind == "table" else "column", copy.path)
        made = _step("restore", key, statements, step, [(table, lock)], self._before)
        whole = {each.relation for each in self._copies if each.is_whole}
        return replace(made, hazards=tuple(doubts(copy, self._before, self._start, whole)))

    def _identities(self, copy: Copy) -> list[str]:
        """Return the columns that take no values of their own unless they are told to."""
        if copy.kind == "table":
            return []  # OVERRIDING SYSTEM VALUE
        column = self._before.get(ObjectId("column", copy.path))
        return [copy.path[2]] if getattr(column, "identity", "") == "ALWAYS" else []


def kept(copy: Copy, names: Names, catalog: Catalog) -> tuple[str, ...]:
    """Return the statements that keep what a copy is of.

    Writing is stopped from here until the end of the transaction, so that no row comes between; reading is not.
    """
    table, columns, forced = names.relation(copy.relation), _columns(copy, names), _is_forced(copy, catalog)
    sequences = [(c, _sequence(table, columns[c], s)) for c, s in copy.sequences]
    return _plain(
        f"LOCK TABLE {copy.rows_of(table)} IN SHARE ROW EXCLUSIVE MODE",
        *_force(table, "NO FORCE", forced=forced),
        *copy.keep(table, columns, sequences),
        *_force(table, "FORCE", forced=forced),
    )


def _plain(*statements: str) -> tuple[str, ...]:
    """Return statements under the settings for rows that are kept."""
    return (EVERYTHING, PLAINLY, *statements, AS_EVER)


def _is_forced(copy: Copy, catalog: Catalog) -> bool:
    """Whether row security applies to the owner of a table, too."""
    table = catalog.get(ObjectId("relation", copy.relation))
    return isinstance(table, Table) and table.force_row_security


def _touched(sql: str, names: Names, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], Touch]]:
    """Yield the columns that a statement touches, by their names in a catalog."""
    for touch in touches(sql):
        if touch.column:
            relation = names.original(touch.relation)
            for heir in heirs(relation, catalog):
                yield (*heir, names.original_column(relation, touch.column)), touch
        elif touch.what == "reshaped":
            choice = Choice(catalog, catalog, ("", ""), names)
            for column in choice.of_type(ObjectId("type", touch.relation)):
                yield (column.schema, column.table, column.name), touch


def _goes_by_text(touch: Touch) -> bool:
    """Whether values are converted by their text and nothing else, so that nobody said what becomes of them."""
    text = touch.using.removeprefix(quote(touch.column))
    return not touch.using or text.startswith(("::text::", "::text[]::"))


def _columns(copy: Copy, names: Names) -> dict[str, str]:
    values = (*copy.key, *copy.rest, *copy.values)
    return {value.name: names.column(copy.relation, value.name) for value in values}


def _sequence(table: Relation, column: str, sequence: str) -> str:
    """Return an expression for a column's sequence; null if it is gone."""
    if sequence:
        return f"pg_catalog.to_regclass({literal(sequence)})"
    owner = f"pg_catalog.pg_get_serial_sequence({literal(quote_path(*table))}, {literal(column)})"
    return f"pg_catalog.to_regclass({owner})"


def _setting(copy: Copy, table: Relation, column: str, name: str, sequence: str) -> str:
    last = f"(l.sequences->>{literal(name)})::bigint"
    return (
        f"SELECT pg_catalog.setval({_sequence(table, column, sequence)}, {last})\nFROM {LIST} AS l\n"
        f"WHERE l.id = {copy.latest()} AND {last} IS NOT NULL"
    )


def _force(table: Relation, word: str, *, forced: bool) -> Iterable[str]:
    """Yield the statement that lets a table's owner see all rows, or takes it back."""
    return (f"ALTER TABLE {quote_path(*table)} {word} ROW LEVEL SECURITY",) if forced else ()


def _below(relation: Relation, catalog: Catalog) -> set[Relation]:
    """Return a table and all its partitions."""
    found, waiting = {relation}, [relation]
    while waiting:
        parts = [(t.schema, t.name) for t in catalog.having(Table, "partition_of", waiting.pop())]
        found.update(parts)
        waiting += parts
    return found


def _step(
    action: str,
    key: ObjectId,
    statements: tuple[str, ...],
    beside: Step,
    locks: list[tuple[Relation, LockMode]],
    catalog: Catalog,
) -> Step:
    effects = tuple(Effect(each, lock, scans=True) for table, lock in locks for each in sorted(_below(table, catalog)))
    return Step("salvage" if action == "salvage" else "restore", (key,), statements, effects, stage=beside.stage)
