"""A catalog as a script that creates it: one transaction, in the order of dependencies, pleasant to read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.memory import without_collection
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.order import Group, groups
from designer_kernel.catalog.rereading import as_written

SEARCH_PATH: Final = ("public",)
"""Where unqualified names in a design's SQL are looked up, besides ``pg_catalog``."""

SETTINGS: Final = {
    "standard_conforming_strings": "on",
    "default_tablespace": "",
    "default_table_access_method": "heap",
    "xmloption": "content",
}
"""What the meaning of a script depends on, beside the search path: a database or a role may have other defaults."""

_UNCHECKED: Final = "SET LOCAL check_function_bodies = off"
_CHECKED: Final = "SET LOCAL check_function_bodies = on"
_WIDTH: Final = 100
_LINE_BREAKS: Final = re.compile(r"[\x00\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without its semicolon, and the facts that exist once it has run."""

    sql: str
    objects: tuple[ObjectId, ...] = ()


class Block(NamedTuple):
    """A piece of a script's text: what creates one fact with its parts, or what frames or heads the script.

    ``key`` tells the block apart from all others of a script, and stays the same as long as the fact has its name. The
    text of a block ends without a line break; a block that is apart from the one before begins with an empty line.
    """

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """What creates a catalog in an empty database: ``statements`` for a driver, ``text`` for people and ``psql``.

    ``blocks`` are the text in pieces: joined by line breaks they are the text. A change of one table leaves the
    blocks of all others as they were, so a page that shows a script by its blocks renews few.
    """

    statements: tuple[Statement, ...]
    text: str
    blocks: tuple[Block, ...] = ()


@without_collection()
def script(
    catalog: Catalog, title: str = "", search_path: Sequence[str] = SEARCH_PATH, *, check_bodies: bool = False
) -> Script:
    """Return the script that creates a catalog.

    The same catalog gives the same text. It is loaded with ``psql -v ON_ERROR_STOP=1 -f FILE``.

    Parameters
    ----------
    title
        What the script creates, for its first line.
    search_path
        Schemas in which unqualified names of functions, types and tables are looked up.
    check_bodies
        Whether the server is to check the bodies of functions, apart from those that name what comes after them. A
        database may hold functions whose bodies name what is no longer there, so a script that must load as it is
        leaves them unchecked.

    Raises
    ------
    InvalidDesign
        If facts need each other in a circle.
    InvalidIdentifier
        If a name cannot be kept by PostgreSQL.
    """
    made = [Made.of(catalog, group, check_bodies=check_bodies) for group in groups(catalog)]
    return assembled(made, summary(catalog), title, search_path, check_bodies=check_bodies)


@dataclass(frozen=True, slots=True)
class Made:
    """A group of facts with the statements that create it, and how they stand in a script."""

    group: Group
    statements: tuple[Statement, ...]
    key: str
    text: str
    is_tall: bool

    @classmethod
    def of(cls, catalog: Catalog, group: Group, *, check_bodies: bool = False) -> Made:
        """Return a group of a catalog with its statements."""
        statements = tuple(_statements(catalog, group, check_bodies=check_bodies))
        text = "\n".join(f"{statement.sql};" for statement in statements)
        is_tall = len(statements) > 1 or any("\n" in statement.sql for statement in statements)
        return cls(group, statements, _key(group), text, is_tall)


def assembled(
    made: Sequence[Made],
    told: str,
    title: str = "",
    search_path: Sequence[str] = SEARCH_PATH,
    *,
    check_bodies: bool = False,
) -> Script:
    """Return the script of groups in their order, of which ``told`` says how many there are; see `script`."""
    settings = (
        *(Statement(f"SET LOCAL {name} = {value or literal(value)}") for name, value in SETTINGS.items()),
        Statement(_CHECKED if check_bodies else _UNCHECKED),
        Statement(f"SET LOCAL search_path = {', '.join(map(quote, search_path))}"),
    )
    statements = (*settings, *(statement for one in made for statement in one.statements))
    blocks = tuple(_blocks(told, title, settings, made))
    return Script(statements, "\n".join(block.text for block in blocks), blocks)


def create(catalog: Catalog, only: Iterable[ObjectId]) -> list[Statement]:
    """Return the statements that create exactly these facts of a catalog, given that all its others exist.

    Raises
    ------
    InvalidDesign
        If facts need each other in a circle.
    """
    return [statement for group in groups(catalog, only) for statement in _statements(catalog, group)]


def statements_of(catalog: Catalog, group: Group) -> list[Statement]:
    """Return the statements that create the facts of a group, given that what they need exists."""
    return _statements(catalog, group)


def _statements(catalog: Catalog, group: Group, *, check_bodies: bool = True) -> list[Statement]:
    if check_bodies and group.is_early:
        return [Statement(_UNCHECKED), *_statements(catalog, group, check_bodies=False), Statement(_CHECKED)]
    folded: dict[ObjectId, list[CatalogObject]] = {}
    for part in group.folded:
        if part.parent is not None:
            folded.setdefault(part.parent, []).append(part)
    if group.stage == "stub":
        stub = group.root.stub(catalog)
        return [Statement(sql) for sql in stub.statements] if stub is not None else []
    made = tuple(fact.id for fact in (group.root, *group.folded))
    create = group.root.redefine if group.stage == "rest" else group.root.create
    created = create(catalog, folded)
    statements = [
        Statement(as_written(sql), made if place == 0 else (group.root.id,)) for place, sql in enumerate(created)
    ]
    for follower in group.followers:
        statements += [Statement(as_written(sql), (follower.id,)) for sql in follower.create(catalog, {})]
    return statements


def _blocks(told: str, title: str, settings: Sequence[Statement], made: Sequence[Made]) -> Iterator[Block]:
    yield Block("head", "\n".join(_head(told, title, settings)))
    headings: Counter[str] = Counter()
    section, was_tall = "", True
    for one in made:
        if not one.statements:
            continue  # nothing to do: the schema public is there in every database
        is_apart = one.is_tall or was_tall  # short statements of a kind stand together
        if one.group.root.section != section:
            section = one.group.root.section
            headings[section] += 1  # where dependencies ask for it, a section comes again
            text = f"\n\n-- {section} {'-' * (_WIDTH - len(section) - 4)}\n"
            yield Block(f"section {headings[section]} {section}", text)
            is_apart = False
        yield Block(one.key, f"\n{one.text}" if is_apart else one.text)
        was_tall = one.is_tall
    yield Block("tail", "\nCOMMIT;\n")


def _head(told: str, title: str, settings: Sequence[Statement]) -> Iterator[str]:
    yield from (f"-- {line}".rstrip() for line in _LINE_BREAKS.split(title) if line.strip())
    yield f"-- Creates {told}."
    yield "-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE"
    yield "\nBEGIN;\n"
    yield "SET LOCAL client_encoding = 'UTF8';"
    yield from (f"{setting.sql};" for setting in settings)


def _key(group: Group) -> str:
    """Return the key of a group's block; names are quoted in it, so that no two groups share one."""
    kind, path = group.root.id
    return f"{group.stage} {kind} {json.dumps(path, ensure_ascii=False)}"


def summary(catalog: Catalog) -> str:
    """Return in words how many objects of each kind a catalog holds."""
    if not len(catalog):
        return "nothing"
    counts: dict[str, int] = {}
    for fact in catalog.values():
        if fact.placement == "own" and fact.section:
            counts[fact.section.lower()] = counts.get(fact.section.lower(), 0) + 1
    words = [f"{count} {section if count > 1 else _singular(section)}" for section, count in counts.items()]
    return ", ".join(words) if words else f"{len(catalog)} parts of tables"


def _singular(section: str) -> str:
    return {"indexes": "index", "policies": "policy"}.get(section, section.removesuffix("s"))
