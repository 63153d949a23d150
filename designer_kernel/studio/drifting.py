"""The part of a project that minds what others change in its target: told, adopted, reverted or ignored."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.lower import lower
from designer_kernel.errors import UnknownObject
from designer_kernel.migrate import drift as drifts
from designer_kernel.migrate.apply import note
from designer_kernel.migrate.drift import Drift
from designer_kernel.migrate.grounds import rehearsal_for, told_of
from designer_kernel.migrate.likeness import is_within
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.studio import passes
from designer_kernel.studio.answers import OpenQuestions, named
from designer_kernel.studio.author import whoever
from designer_kernel.studio.database import Progress
from designer_kernel.studio.merging import merge
from designer_kernel.studio.migrating import Migrates
from designer_kernel.studio.planning import Planned
from designer_kernel.studio.recording import known_of
from designer_kernel.studio.refreshing import Comparison, compare_with_database

if TYPE_CHECKING:
    from designer_kernel.catalog.objects import ObjectId
    from designer_kernel.design import Design
    from designer_kernel.design.refresh import Answer, Refresh
    from designer_kernel.migrate.rehearsal import Rehearsal


class MindsDrift(Migrates):
    """The part of a project that minds what others change in its target."""

    def drift(self, url: str | None = None) -> Drift | None:
        """Return what was changed in the target behind our back; ``None`` if nothing was ever applied to it.

        Raises
        ------
        MigrationUnderWay
            If it is in the middle of a migration.
        ServerUnavailable, RecordsUnusable
            If it cannot be asked.
        """
        if not self.migrations(url):
            return None
        return drifts.drift(url or self.target)

    def revert_drift(
        self,
        url: str | None = None,
        *,
        trusted: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return the plan back to what was last applied to the target; it is proved and applied like any other.

        Raises
        ------
        UnknownObject
            If nothing was ever applied to it, or nothing was changed since.
        """
        address, found = self._found(url)
        return reverting(address, found, trusted=trusted)

    def adopt_drift(
        self,
        url: str | None = None,
        *,
        decide: Mapping[str, Answer] | None = None,
        trusted: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Refresh:
        """Take what was changed in the target into the design, in one step that can be undone, and note it there.

        Raises
        ------
        OpenQuestions
            If it is open what was renamed; ``decide`` answers.
        EditConflict
            If the design has changed in the same places since it was applied.
        UnknownObject
            If nothing was ever applied to the target, or nothing was changed since.
        """
        address, found = self._found(url)
        base, own = self._held(address)
        compared = compare_with_database(base, address, progress=progress, cancel=cancel)
        own |= frozenset(compared.meant or ())
        both = found.recorded, found.now
        strangers = {key for key in found.recorded if key not in own}
        strangers |= {key for key in found.now if key not in own and is_within(key, found.ignored, *both)}
        there = compared.catalog.only(key for key in compared.catalog if key not in strangers)
        done = _answered(replace(compared, catalog=there), decide or {})
        if done.edit is not None:
            merge(base, self.design, done.edit)  # refuses what would undo edits that were made since
            self.apply(done.edit)
        version = self.version_of(done.design, f"adopted from {target.database_name(address)}")
        made = replace(found, recorded=_with_ignored(found)).adoption(_ground(address, found, trusted=trusted))
        note(replace(made, number=version.number, design=version.design_hash), address, by=whoever())
        return done

    def ignore_drift(self, url: str | None = None, objects: Iterable[str] | None = None) -> None:
        """Let what was changed in the target count no more: all of it, or some objects by name.

        Raises
        ------
        UnknownObject
            If nothing was changed, or not that.
        """
        address, found = self._found(url)
        drifts.ignore(address, drifted(found, objects), by=whoever())

    def heed_drift(self, url: str | None = None, objects: Iterable[str] | None = None) -> None:
        """Let differences count again that were ignored: all of them, or some objects by name."""
        found = self.drift(url)
        ignored: Iterable[ObjectId] = found.ignored if found is not None else ()
        chosen = ignored if objects is None else [named(name, ignored, "drift") for name in objects]
        drifts.heed(self.url(url), chosen)

    def _found(self, url: str | None) -> tuple[str, Drift]:
        found = self.drift(url)
        if found is None or found.is_clean:
            what = "nothing was ever applied to it" if found is None else "nothing was changed there since"
            raise UnknownObject(what, where=url or self.target, mend="there is nothing to do: see project.plan()")
        return self.url(url), found

    def _held(self, address: str) -> tuple[Design, frozenset[ObjectId]]:
        """Return the version of the design that the target holds, or the design as it is, and what is its own there."""
        known = known_of(address, self.versions)
        design = known.design or self.design
        return design, known.managed | frozenset(lower(design))


def reverting(address: str, found: Drift, *, trusted: bool = False) -> Planned:
    """Return the plan back to what was last applied to a target; what others made there is salvaged first."""
    ground = _ground(address, found, trusted=trusted)
    made = found.revert(ground)
    kept = passes.estimated(passes.salvaged(made.plan, made.before, made.after), address)
    return Planned(replace(made, plan=kept), notes=told_of(ground), url=address)


def drifted(found: Drift, objects: Iterable[str] | None = None) -> tuple[ObjectId, ...]:
    """Return what was changed in a target: all of it, or some objects by name.

    Raises
    ------
    UnknownObject
        If one of them was not changed.
    """
    there = dict.fromkeys(difference.id for difference in found.differences)
    return tuple(there) if objects is None else tuple(named(name, there, "drift") for name in objects)


def _answered(compared: Comparison, decide: Mapping[str, Answer]) -> Refresh:
    """Return the refresh; what the target was known to hold and does not was removed there.

    Raises
    ------
    OpenQuestions
        If something else is open.
    """
    first = compared.refreshed(decide)
    gone: dict[str, Answer] = {one.key: "remove" for one in first.decisions if one.suggested == "keep"}
    done = compared.answered(gone | dict(decide))
    if done.is_waiting:
        one = done.decisions[0]
        answers = " or ".join(map(repr, one.answers))
        raise OpenQuestions(
            f"was {one.old} renamed to {one.new}? ({one.evidence})" if one.new else one.evidence,
            where="drift",
            mend=f"answer with decide={{{one.key!r}: {answers}}}",
        )
    return done


def _with_ignored(found: Drift) -> Catalog:
    """Return what is recorded, with what is ignored as it is now: rolling back the adoption leaves that alone."""
    both = found.recorded, found.now
    ignored = {key for catalog in both for key in catalog if is_within(key, found.ignored, *both)}
    kept = {key: fact for key, fact in found.recorded.items() if key not in ignored}
    return Catalog.by_id(kept | {key: fact for key, fact in found.now.items() if key in ignored})


def _ground(address: str, found: Drift, *, trusted: bool) -> Rehearsal:
    with connect(address, autocommit=True) as connection:
        return rehearsal_for(connection, address, found.recorded, found.now, trusted=trusted)
