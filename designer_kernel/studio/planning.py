"""Planning between two states: what was renamed, what is left alone, what is asked; then steps, salvage and stages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import StatementFailed
from designer_kernel.migrate import identity
from designer_kernel.migrate.grounds import ON_TARGET
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio import passes
from designer_kernel.studio.answers import answered_renames, columns_of
from designer_kernel.studio.questions import Question, questions_of
from designer_kernel.studio.rehearsing import TRUST, Ground, common_ground
from designer_kernel.studio.states import State
from designer_kernel.studio.unmanaged import with_unmanaged

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.migrate.rollback import WayBack
    from designer_kernel.postgres.server import Progress


_FORBIDDEN: Final = "42501"
"""The SQLSTATE of what only others may do: a scratch database on the embedded server belongs to nobody of power."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan between two states, and what else there is to know before it is proved.

    Attributes
    ----------
    migration
        The plan, with both catalogs.
    proposals
        What may have been renamed, with evidence: nothing of it was taken.
    questions
        What only a person knows, and was not said: a plan with open questions can be proved, and is not applied.
    notes
        What is worth knowing.
    unmanaged
        Objects of the target that are left alone, since no version of the design ever held them.
    url
        The database that it was planned for, if it leads from one.
    design
        The design that it leads to, if that is one.
    ways
        The records that it undoes, one after the other, if it leads back.
    undoes
        The number of the record that it undoes, if it was planned anew.
    """

    migration: Migration
    proposals: tuple[Any, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    unmanaged: tuple[ObjectId, ...] = ()
    url: str | None = field(default=None, repr=False)  # it may hold a password
    design: Design | None = None
    ways: tuple[WayBack, ...] = ()
    undoes: int | None = None

    @property
    def plan(self) -> Plan:
        """The steps."""
        return self.migration.plan

    def __bool__(self) -> bool:
        return bool(self.migration.plan)

    def with_migration(self, migration: Migration) -> Planned:
        """Return it with another state of its migration, such as the proved one."""
        return replace(self, migration=migration)


def plan_between(
    before: State,
    after: State,
    *,
    name: str = "",
    online: bool = False,
    salvage: bool = True,
    renames: Mapping[str, str] | None = None,
    using: Mapping[str, str] | None = None,
    fill: Mapping[str, str] | None = None,
    exact: bool = True,
    managed: frozenset[ObjectId] = frozenset(),
    left_out: frozenset[ObjectId] = frozenset(),
    trusted: bool = False,
    allow_missing: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Planned:
    """Return the plan between two states. Nothing is changed.

    Parameters
    ----------
    name
        What to call the migration.
    online
        Whether others go on working meanwhile: in stages, with weaker locks.
    salvage
        Whether what would be lost is kept first.
    renames
        What has another name now: ``{"shop.customers.name": "full_name"}``; ``"no"`` says that it has not.
    using, fill
        How the values of a column are converted, and what a new column gets for rows that are there, as SQL.
    exact
        Whether objects go that only the first state has. Otherwise those that are not ``managed`` stay.
    managed
        What versions of the design held in the target.
    left_out
        What the target does not have, since the server lacks the means for it: it stays out.
    trusted
        Whether the plan is tried with the rights of a superuser on the embedded server, as owners need.
    allow_missing
        Whether to leave out what the server lacks the means for.

    Raises
    ------
    DesignerError
        If no server can try the plan, PostgreSQL refuses a part of it, or an answer fits nothing.
    Cancelled
        If ``cancel`` was set.
    """
    ground = common_ground(
        before,
        after,
        trusted=trusted,
        allow_missing=True if allow_missing else left_out,
        progress=progress,
        cancel=cancel,
    )
    start, goal = ground.before, ground.after
    unmanaged: tuple[ObjectId, ...] = ()
    chosen, refused = answered_renames(renames or {}, start, goal)
    identical = _identical(before, after, start, goal)
    known = {old: new for old, new in identical.items() if old not in refused} | chosen
    proposals = _proposals(before, after, start, goal, known, refused)
    if not exact:
        held = ground.words_of(before.design) if before.design is not None and start.keys() - goal.keys() else ()
        goal, unmanaged = with_unmanaged(start, goal, managed | frozenset(held), known)
    hints = Hints(known, columns_of(using or {}, goal, "using"), columns_of(fill or {}, goal, "fill"))
    made = _planned(ground, start, goal, hints, online=online, salvage=salvage, url=before.url)
    migration = Migration(
        name or _name(made),
        made,
        start,
        goal,
        number=after.number,
        design=design_hash(after),
    )
    return Planned(
        migration,
        proposals=proposals,
        questions=questions_of(made, proposals, hints),
        notes=tuple(note for note in ground.notes if made or note != ON_TARGET),
        unmanaged=unmanaged,
        url=before.url,
        design=after.design,
    )


def _name(made: Plan) -> str:
    """Return what to call a plan: what its first step does, and how many others there are that change something."""
    if not made:
        return "nothing to do"
    first, *others = [step for step in made.up if step.facts and step.action not in {"salvage", "restore"}] or made.up
    title = f"{first.action} {first.facts[0]}" if first.facts else first.title
    return f"{title} and {len(others)} other change{'' if len(others) == 1 else 's'}" if others else title


def design_hash(state: State) -> str:
    """Return the hash of a state's design; empty if it has none."""
    from designer_kernel.studio.versions import hash_of

    return "" if state.design is None else hash_of(state.design)


def _identical(before: State, after: State, start: Catalog, goal: Catalog) -> dict[ObjectId, ObjectId]:
    """Return what identity says was renamed, where both sides are versions of one design."""
    if before.design is None or after.design is None:
        return {}
    found = identity.renames(before.design, after.design)
    return {old: new for old, new in found.items() if old in start and new in goal}


def _proposals(
    before: State,
    after: State,
    start: Catalog,
    goal: Catalog,
    known: Mapping[ObjectId, ObjectId],
    refused: frozenset[ObjectId],
) -> tuple[Any, ...]:
    """Return what may have been renamed, as long as identity does not say."""
    ours = before.design is not None and after.design is not None
    if ours and identity.shares_identity(before.design, after.design):  # type: ignore[arg-type] # both are there
        return ()
    settled = {*known, *refused}
    taken = set(known.values())
    return tuple(one for one in passes.proposed(start, goal) if one.old not in settled and one.new not in taken)


def _planned(
    ground: Ground,
    start: Catalog,
    goal: Catalog,
    hints: Hints,
    *,
    online: bool,
    salvage: bool,
    url: str | None,
) -> Plan:
    """Return the plan, with what would be lost kept, in stages if it is to be online, and with estimates."""
    try:
        made = plan(start, goal, version=ground.version, shadow=Rehearsal(ground.server), hints=hints)
    except StatementFailed as error:
        if error.sqlstate != _FORBIDDEN or not isinstance(ground.server, EmbeddedServer):
            raise
        raise StatementFailed(
            error.what,
            where=error.where,
            mend=f"{error.mend} {TRUST}".strip(),
            statement=error.statement,
            sqlstate=error.sqlstate,
            position=error.position,
        ) from error
    if online:
        made = passes.staged(made, start, goal)
    if salvage:  # last, in the transaction of what takes something away
        made = passes.salvaged(made, start, goal)
    return passes.estimated(made, url) if url is not None else made
