"""Parts of a design's script: of some entities, and what has changed in it since the design was last deployed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from designer_kernel.design.lower import lower
from designer_kernel.errors import UnknownObject
from designer_kernel.studio import excerpt
from designer_kernel.studio.deployed import NotDeployed, address_of

if TYPE_CHECKING:
    from designer_kernel.catalog.render import Script
    from designer_kernel.design import Design
    from designer_kernel.studio.project import ProjectSession

_FRAMES: Final = frozenset({"head", "section", "tail"})
"""What the keys of pieces begin with that create nothing."""

_AROUND: Final = 2
"""Lines that stay as they are and are told before and after those that do not."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script that is new, has gone, or is told to show where the others are."""

    what: Literal["added", "removed", "same", "left out"]
    text: str


@dataclass(frozen=True, slots=True)
class ScriptChanges:
    """What differs between two scripts, by the pieces that they are made of.

    Attributes
    ----------
    since
        What it was before, in words.
    pieces
        The pieces that differ, in the order of the new script; those that have gone come last.
    """

    since: str
    pieces: tuple[tuple[Line, ...], ...]


def of_entities(session: ProjectSession, entity_ids: Collection[UUID]) -> Script:
    """Return the script of some entities: their tables with all that is part of them.

    Raises
    ------
    UnknownObject
        If none of them is there.
    InvalidDesign
        If none of them has a table.
    DesignerError
        If the design cannot be lowered.
    """
    with session.lock:
        return _script(session.design, entity_ids)


def since_deployed(session: ProjectSession, place: str, entity_ids: Collection[UUID] = ()) -> ScriptChanges:
    """Return what has changed in the script since the design was last deployed, of all of it or of some entities.

    Parameters
    ----------
    place
        The database, by its name or URL. Of a team's project that is not deployed there, it is the team's.

    Raises
    ------
    NotDeployed
        If it is not deployed.
    UnknownObject
        If something is deployed, and nobody knows as which version.
    """
    before, words = _last_deployed(session, place)
    after = session.design
    old, new = (_pieces(design, entity_ids) for design in (before, after))
    found = [tuple(_lines(old.get(key, ""), text)) for key, text in new.items() if old.get(key) != text]
    found += [tuple(_lines(text, "")) for key, text in old.items() if key not in new]
    return ScriptChanges(words, tuple(found))


def _last_deployed(session: ProjectSession, place: str) -> tuple[Design, str]:
    from designer_kernel.postgres.target import database_name
    from designer_kernel.studio.recording import known_of

    try:
        address = address_of(session.design, place)
    except NotDeployed:
        of_team = _last_in_team(session)
        if of_team is None:
            raise
        return of_team
    known = known_of(address, session.versions)
    if known.design is None:
        raise UnknownObject(
            "what is deployed there is no version of this design that is known here",
            where=database_name(address),
            mend="Migrate compares the design with the database itself",
        )
    return known.design, f"as deployed to {database_name(address)}"


def _last_in_team(session: ProjectSession) -> tuple[Design, str] | None:
    from designer_kernel.studio.team import deploying, projects
    from designer_kernel.studio.team.session import SharedSession

    if not isinstance(session, SharedSession):
        return None
    done = [one for one in session.ask(deploying.deployments) if one.status == "applied"]
    if not done or done[0].to_revision is None:
        return None
    revision = done[0].to_revision
    return session.ask(projects.read, revision).design, f"revision {revision}, deployed in the team's database"


def _script(design: Design, entity_ids: Collection[UUID]) -> Script:
    from designer_kernel.catalog import render

    catalog = lower(design)
    if not entity_ids:
        return render.script(catalog, title=design.name)
    chosen = [one for one in design.entities if one.id in entity_ids]
    if not chosen:
        raise UnknownObject("there is no such entity any more", mend="choose others")
    concrete = [one for one in chosen if not one.is_abstract] or chosen[:1]  # of abstract ones alone it is told why
    names = [design.qualified_name(one) for one in concrete]
    wanted = {key for name in names for key in excerpt.of_entity(design, catalog, name)}
    part = catalog.only(key for key in catalog if key in wanted)
    return render.script(part, title=f"{', '.join(names)} of {design.name}")


def _pieces(design: Design, entity_ids: Collection[UUID]) -> dict[str, str]:
    """Return the pieces of a script that create something, by their keys."""
    if entity_ids and not any(one.id in entity_ids for one in design.entities):
        return {}
    pieces = _script(design, entity_ids).blocks
    return {one.key: one.text for one in pieces if one.key.partition(" ")[0] not in _FRAMES}


def _lines(before: str, after: str) -> Iterator[Line]:
    """Yield the lines that differ, with a few around them."""
    old, new = before.strip().splitlines(), after.strip().splitlines()
    words = ([" ".join(line.split()) for line in old], [" ".join(line.split()) for line in new])
    compared = words if words[0] != words[1] else (old, new)  # columns stand below each other: a longer name moves all
    for what, i, k, m, n in SequenceMatcher(a=compared[0], b=compared[1], autojunk=False).get_opcodes():
        if what != "equal":
            yield from (Line("removed", text) for text in old[i:k])
            yield from (Line("added", text) for text in new[m:n])
            continue
        is_first, is_last = m == 0, n == len(new)
        head = 1 if is_first else _AROUND  # the first line says what it is about
        tail = 0 if is_last else _AROUND
        if n - m <= head + tail:
            yield from (Line("same", text) for text in new[m:n])
            continue
        yield from (Line("same", text) for text in new[m : m + head])
        yield Line("left out", "")
        yield from (Line("same", text) for text in new[n - tail : n] if tail)
