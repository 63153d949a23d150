"""`Team`: the one door to the store. Each use case is one transaction; a refusal leaves an audit row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ParamSpec, Protocol, TypeVar
from uuid import UUID

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store
from designer_kernel.studio.team import audit
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.plain_names import named_plainly
from designer_kernel.studio.team.refusals import NotAllowed, NotFound
from designer_kernel.studio.team.unit import Entry, Kept, Unit, UseCase
from designer_kernel.studio.team.whose import workspace_of

P = ParamSpec("P")
R = TypeVar("R")


class Door(Protocol):
    """A way to the use cases: `Team` where the store is, or a service that has one."""

    def do(self, actor: Actor, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something as an actor; see `Team.do`."""
        ...


class Team:
    """What a team does in one store.

    Parameters
    ----------
    store
        The store, at the newest revision.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def do(self, actor: Actor, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something: authorisation, change, audit row and notification in one transaction.

        Raises
        ------
        NotLoggedIn, NotAllowed, NotFound
            If the actor may not do it.
        DesignerError
            If it cannot be done; nothing has changed then, but for what a refusal keeps (`Unit.refuse`).
        """
        kept: Kept | None = None
        asked, is_denied = None, False
        try:
            with self.store.transaction_of(actor.user) as session:
                unit = Unit(session, actor)
                try:
                    result = case(unit, *args, **kwargs)
                except Kept as found:
                    kept = found
                finally:
                    asked, is_denied = unit.asked, unit.is_denied
                audit.append(session, actor, unit.entries)
        except (NotAllowed, NotFound) as error:
            if is_denied or isinstance(error, NotAllowed):  # what is missing in one's own workspace is no denial
                tried = [each for each in (*args, *kwargs.values()) if isinstance(each, UUID)]
                told = {"why": error.code, "of": error.where, "tried": [str(each) for each in tried[1:]]}
                entry = Entry(case.name, str(tried[0]) if tried else error.where, "denied", asked, told)
                self._note(actor, entry, tried)
            raise
        except DesignerError as error:
            named_plainly(error)
            raise
        if kept is not None:
            raise kept.refusal
        return result

    def _note(self, actor: Actor, entry: Entry, tried: Sequence[UUID]) -> None:
        """Tell of a denial to the workspace that it is about, which whoever was denied may not even have seen."""
        with self.store.transaction() as session:
            asked = entry.workspace or workspace_of(session, tried)
            audit.append(session, actor, [replace(entry, workspace=asked)])
