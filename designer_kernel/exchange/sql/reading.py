"""`read_script`: a script as a catalog, with what became of each statement, and with its mends applied or not."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.owner import owner_id
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DocumentError, StatementFailed, UnknownObject
from designer_kernel.exchange.database import check_schemas
from designer_kernel.exchange.sql import databases, mappings, owning, trust
from designer_kernel.exchange.sql.draft import Draft
from designer_kernel.exchange.sql.extensions import installed
from designer_kernel.exchange.sql.judging import outcomes as judged
from designer_kernel.exchange.sql.noting import notes, skipped_rows
from designer_kernel.exchange.sql.outcome import Limits, Mend, State, StatementOutcome
from designer_kernel.exchange.sql.roles import Roles, made, named
from designer_kernel.exchange.sql.running import Runner
from designer_kernel.exchange.sql.scope import set_scope, undone
from designer_kernel.exchange.sql.session import ConnectionLost, Session, script_shadow
from designer_kernel.exchange.sql.statements import Statement, role_statement
from designer_kernel.postgres.introspect import Introspection
from designer_kernel.postgres.introspect import read as read_all
from designer_kernel.postgres.server import Progress
from designer_kernel.postgres.target import Server

if TYPE_CHECKING:
    import pandas as pd

_ROUNDS: Final = 12
"""How often mends are applied at most; each round can show what earlier failures hid."""

_CRASHES: Final = 3
"""How many statements may end the server's process before the script is given up."""

_DUMP: Final = "-- PostgreSQL database dump"


@dataclass(frozen=True)
class ScriptReading:
    """What a script holds.

    Attributes
    ----------
    catalog
        What came to be in the shadow, and nothing of the shadow itself.
    outcomes
        What became of each statement, in the order of the script.
    data
        Rows of data that were skipped, by table.
    notes
        What is worth knowing about the script as a whole.
    applied
        The mends that it was read with.
    unmodelled
        What came to be in the shadow, but is of a kind that no catalog holds.
    """

    catalog: Catalog
    outcomes: tuple[StatementOutcome, ...]
    data: Mapping[str, int]
    notes: tuple[str, ...]
    applied: tuple[Mend, ...] = ()
    unmodelled: tuple[str, ...] = ()
    _source: Source | None = field(default=None, repr=False)
    _moved: Mapping[int, int] = field(default_factory=dict, repr=False)

    @property
    def counts(self) -> dict[State, int]:
        """How many statements have which state."""
        return dict(Counter(outcome.state for outcome in self.outcomes))

    @property
    def failed(self) -> tuple[StatementOutcome, ...]:
        """The statements that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == "failed")

    @property
    def mends(self) -> tuple[Mend, ...]:
        """All mends of what failed, each once."""
        return tuple({mend.id: mend for outcome in self.failed for mend in outcome.mends}.values())

    def mended(self, which: Sequence[str] | Literal["all"] = "all") -> ScriptReading:
        """Read the script again with mends, as often as they show further failures that they are for.

        Parameters
        ----------
        which
            Ids of mends, also of those that only come up after others; or ``all``: the best of each failure.

        Raises
        ------
        UnknownObject
            If an id is of no mend that came up.
        """
        assert self._source is not None
        reading, open_ids = self, None if which == "all" else set(which)
        for _ in range(_ROUNDS):
            chosen = reading._chosen(open_ids)
            if not chosen:
                break
            if open_ids is not None:
                open_ids -= {mend.id for mend in chosen}
            reading = _read(self._source, (*reading.applied, *chosen))
        if open_ids:
            known = ", ".join(mend.id for mend in reading.mends)
            mend = f"choose one of: {known}" if known else "read it without mends: nothing is left that needs one"
            raise UnknownObject(f"there is no mend {min(open_ids)!r}", mend=mend)
        return reading

    def _chosen(self, wanted: set[str] | None) -> list[Mend]:
        """Return the mends to apply next; two that change one statement do not go together."""
        taken: set[int] = set()
        chosen: dict[str, Mend] = {}
        done = set(self.applied)
        for outcome in self.failed:
            if wanted is None:
                fits = [mend for mend in outcome.mends if not mend.is_last_resort and mend not in done][:1]
            else:
                fits = [mend for mend in outcome.mends if mend.id in wanted]
            for mend in fits:
                changed = {change.statement for change in mend.changes if change.kind in {"replace", "drop"}}
                if mend.id not in chosen and not changed & taken:
                    chosen[mend.id] = mend
                    taken |= changed
        return list(chosen.values())

    def script(self) -> str:
        """Return the script's text with its mends, in an order in which it runs from top to bottom."""
        assert self._source is not None
        return Draft.of(self._source.text, self.applied).text(self._moved)

    def to_frame(self) -> pd.DataFrame:
        """Return the outcomes as a table."""
        import pandas as pd

        columns = ["number", "line", "state", "message", "mend", "sql"]
        rows = [
            [o.number, o.line, o.state, o.message, "; ".join(m.title for m in o.mends), o.sql] for o in self.outcomes
        ]
        return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True, slots=True)
class Source:
    """A script and how it is read."""

    text: str
    server: Server | str | None
    progress: Progress | None
    cancel: threading.Event | None
    limits: Limits
    is_trusted: bool = False
    schemas: tuple[str, ...] | None = None
    owners: bool = False
    privileges: bool = True
    database: str = ""
    runner: str = ""


def read_script(
    text: str,
    *,
    server: Server | str | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    limits: Limits | None = None,
    mends: Sequence[str | Mend] | Literal["all"] = (),
    trusted: bool = False,
    schemas: Sequence[str] | None = None,
    owners: bool = False,
    privileges: bool = True,
    database: str = "",
    runner: str = "",
) -> ScriptReading:
    """Read what a script defines, by running it in a shadow database that is removed afterwards.

    Parameters
    ----------
    text
        Any script, or a plain file of pg_dump. Data is counted and skipped.
    server
        Where the shadow is made: the embedded server, if not given.
    progress
        Told how many statements have run.
    cancel
        Set by another thread to stop.
    limits
        What the script may use.
    mends
        Mends of an earlier reading of this script, or their ids, or ``all``.
    trusted
        Whether it runs with the rights of a superuser: only for a dump of one's own, see
        `designer_kernel.exchange.sql.trust`.
    schemas, owners, privileges
        What of it is kept, as of a database: see `designer_kernel.exchange.database.read_database`. The whole script
        runs in any case.
    database
        Which database is read, if the script is about several, as that of pg_dumpall: the first in which it makes
        something, if not given.
    runner
        The role that fills a new database with it: read is what that database holds then, and the roles that the
        script names are taken for granted. Without one, what names whoever runs the script is left out.

    Raises
    ------
    DocumentError
        If the script is larger than the limits allow.
    DesignerError
        If it is trusted, and ``server`` is not the embedded one.
    UnknownObject
        If the script makes no schema of a name in ``schemas``, or nothing in ``database``.
    Cancelled
        If ``cancel`` was set, or the script takes longer than the limits allow.
    """
    limits = limits or Limits()
    if trusted:
        trust.refuse_other_server(server)
    if len(text) > limits.characters:
        raise DocumentError(
            f"the script has {len(text)} characters, more than {limits.characters}",
            mend="leave the data out (pg_dump --schema-only), or import it in parts",
        )
    if "\x00" in text:
        raise DocumentError("the script holds a NUL character", mend="save it as text; pg_dump: use --format=plain")
    chosen = tuple(schemas) if schemas else None
    source = Source(
        _plain(text), server, progress, cancel, limits, trusted, chosen, owners, privileges, database, runner
    )
    given = tuple(mend for mend in mends if isinstance(mend, Mend))
    ids = [mend for mend in mends if isinstance(mend, str)]
    reading = _read(source, given)
    if mends == "all" or "all" in ids:
        return reading.mended("all")
    return reading.mended(ids) if ids else reading


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _read(source: Source, applied: tuple[Mend, ...]) -> ScriptReading:
    draft = Draft.of(source.text, applied)
    statements = draft.statements()
    if len(statements) > source.limits.statements:
        raise DocumentError(
            f"the script has {len(statements)} statements, more than {source.limits.statements}",
            mend="import it in parts",
        )
    if source.owners:
        owning.keep(statements)  # first, so that nothing that is left out for another reason comes back
    note = databases.choose(statements, source.database)
    undone(statements)
    set_scope(statements)
    if source.is_trusted:
        trust.guard(statements)
    hopeless: dict[int, str] = {}
    with script_shadow(source.server, is_trusted=source.is_trusted) as shadow:
        premade = installed(shadow, statements)
        while True:
            try:
                with shadow.session(source.limits, source.cancel) as session:
                    return Reading(source, draft, statements, session, premade, note).read(hopeless)
            except ConnectionLost as lost:
                if len(hopeless) >= _CRASHES:
                    raise StatementFailed(
                        f"the script ended the server's process {len(hopeless)} times: {lost.reason}",
                        mend="take out the statements that run something, and keep those that define something",
                    ) from lost


@dataclass(slots=True)
class Reading:
    """One run of a script in one session."""

    source: Source
    draft: Draft
    statements: list[Statement]
    session: Session
    premade: frozenset[ObjectId]
    note: str = ""
    roles: Roles = field(default_factory=lambda: Roles(f"dr{secrets.token_hex(5)}"))
    assumed: list[str] = field(default_factory=list)
    ownerless: int = 0
    lending: owning.Lending = field(init=False)

    def __post_init__(self) -> None:
        self.lending = owning.Lending(self.session.connection)

    def read(self, hopeless: dict[int, str]) -> ScriptReading:
        before = read_all(self.session.connection, owners=self.source.owners).catalog
        self.make_roles()
        return self.read_part(before, self.draft, self.statements, hopeless)

    def read_part(
        self, before: Catalog, draft: Draft, statements: list[Statement], hopeless: dict[int, str]
    ) -> ScriptReading:
        """Run some of the statements, and return what is there then that was not there before all of them."""
        results = Runner(self.session, statements, self._prepared, self.source.progress, hopeless).run()
        for result in results:
            if result.failure is not None:
                message = self.roles.restore_text(result.failure.message)
                result.failure = replace(result.failure, message=message)
        self.session.settle()
        self.lending.take_back()
        found = self._found()
        catalog = self._catalog(before, found)
        outcomes = judged(draft, statements, results, self.session)
        retried = sorted((r.turn, i, r.after) for i, r in enumerate(results) if r.state == "ran after retry")
        moved = {index: after for _, index, after in retried}
        data = skipped_rows(statements)
        return ScriptReading(
            catalog,
            outcomes,
            data,
            tuple(filter(None, [self.note, *notes(data, self.assumed, outcomes, self.ownerless)])),
            draft.applied,
            tuple(str(thing) for thing in found.unclaimed),
            self.source,
            moved,
        )

    def _found(self) -> Introspection:
        chosen, connection = self.source, self.session.connection
        check_schemas(connection, chosen.schemas or (), "the script makes")
        found = read_all(connection, chosen.schemas, owners=chosen.owners, privileges=chosen.privileges)
        return replace(found, catalog=mappings.seen(connection, found.catalog))

    @property
    def is_whole(self) -> bool:
        """Whether it is all of a database, as a file of pg_dump: roles and the schema public are taken for granted."""
        return bool(self.source.runner) or _DUMP in self.source.text[:2_000]

    def make_roles(self) -> None:
        """Make stand-ins for the roles that the script makes, every server has, or a whole script takes for granted."""
        connection = self.session.connection
        # Other roles of the server are not looked at: a script means the same, whoever has used the server before.
        existing = dict(connection.execute("SELECT rolname, rolsuper FROM pg_catalog.pg_roles"))
        used = dict.fromkeys(name for s in self.statements if not s.skip for name in named(s))
        ours = dict.fromkeys(name for s in self.statements for name in made(s))
        self.assumed = [name for name in used if name not in ours and (self.is_whole or existing.get(name))]
        me = connection.info.user
        owners = Counter(s.owner for s in self.statements if s.owner)
        if owners and not self.source.owners:
            # What the owner of nearly everything grants to itself is the owner's anyway.
            self.roles.stand_ins[owners.most_common(1)[0][0]] = me
        elif self.source.runner:
            self.roles.stand_ins[self.source.runner] = me
        self.roles.add([*ours, *self.assumed])
        self.roles.hide(name for name in used if name in existing and name not in self.roles.stand_ins)
        wanted = owning.superusers(self.statements) if self.source.is_trusted and self.source.owners else ()
        superusers = {self.roles.stand_ins[name] for name in wanted if name in self.roles.stand_ins}
        for stand_in in self.roles.stand_ins.values():
            if stand_in == me:
                continue
            connection.execute(role_statement(stand_in).encode())
            if stand_in in superusers:
                connection.execute(sql.SQL("ALTER ROLE {} SUPERUSER").format(sql.Identifier(stand_in)))
            if connection.info.server_version < 160000:
                connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(stand_in)))

    def _prepared(self, statement: Statement) -> str:
        """Return what is sent for a statement."""
        if self.source.owners:
            self.lending.take_back()
            if statement.owner in self.roles.stand_ins and not self.source.is_trusted:
                self.lending.lend(statement, self.roles.stand_ins[statement.owner])
        if statement.kind == "create_role_stmt":
            return "SET check_function_bodies = off"  # its stand-in is there already
        if statement.kind == "create_schema_stmt" and ObjectId("schema", (statement.node.schemaname,)) in self.premade:
            return f"CREATE SCHEMA IF NOT EXISTS {quote(statement.node.schemaname)}"
        if named(statement):
            return self.roles.rewrite(statement.run)
        return statement.run

    def _catalog(self, before: Catalog, there: Introspection) -> Catalog:
        """Return what the script has made: nothing of the shadow itself, and roles under their own names."""
        found = there.catalog
        roles = [Role(name=name) for name in self.roles.stand_ins.values()]
        made_roles = {name for s in self.statements if not s.skip for name in made(s)}
        wanted = {self.roles.stand_ins[name] for name in made_roles if name in self.roles.stand_ins}
        found = found.plus(role for role in roles if role.name in wanted and role.id not in found)
        kept = found.only(key for key in found if before.get(key) != found[key] or key in self.premade)
        public = ObjectId("schema", ("public",))
        if public in found and (self.is_whole or any(fact.parent == public for fact in kept.values())):
            kept = found.only([*(key for key in (public, owner_id(public)) if key in found), *kept])
        return self._without_me(self.roles.restore(kept))

    def _without_me(self, catalog: Catalog) -> Catalog:
        """Return a catalog without what names the shadow's own role: default privileges of whoever runs the script."""
        me = self.session.connection.info.user
        kept = catalog.only(key for key, fact in catalog.items() if me not in repr(fact))
        self.ownerless = sum(catalog[key].aspect != "owner" for key in catalog if key not in kept)
        return kept
