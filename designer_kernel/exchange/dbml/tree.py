"""What a DBML text says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

Path = tuple[str, ...]
"""A name with its schema, if it has one."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a setting: its words, and the kind of the first of them."""

    kind: str
    text: str
    path: Path = ()
    sign: str = ""


Settings = dict[str, list[Value]]
"""Settings in brackets: by name in lower case, since ``ref`` and ``check`` may be there several times."""


@dataclass(slots=True)
class Column:
    """A column: its type is a text such as ``numeric(10,2)[]``."""

    name: str
    type: str
    settings: Settings
    line: int
    type_path: Path = ()


@dataclass(slots=True)
class Index:
    """An entry of ``indexes``: parts are (text, whether it is an expression)."""

    parts: list[tuple[str, bool]]
    settings: Settings
    line: int


@dataclass(slots=True)
class Table:
    """A table or a partial, with the partials that it takes and where they stand among its columns."""

    path: Path
    settings: Settings
    line: int
    alias: str = ""
    note: str = ""
    columns: list[Column | str] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    checks: list[tuple[str, Settings]] = field(default_factory=list)


@dataclass(slots=True)
class Enum:
    """An enumeration: labels with their notes."""

    path: Path
    labels: list[tuple[str, str]]
    line: int


@dataclass(slots=True)
class Ref:
    """A relationship: both ends are a table's path and its columns; ``sign`` is ``<``, ``>``, ``-`` or ``<>``."""

    left: tuple[Path, list[str]]
    sign: str
    right: tuple[Path, list[str]]
    settings: Settings
    line: int
    name: str = ""


@dataclass(slots=True)
class Group:
    """A group of tables."""

    name: str
    members: list[Path]
    settings: Settings
    line: int
    note: str = ""


@dataclass(slots=True)
class Document:
    """All that a text says.

    ``notes`` belong to nothing; ``skipped`` are blocks that say nothing about a schema. Both have their names.
    """

    name: str = ""
    note: str = ""
    tables: list[Table] = field(default_factory=list)
    partials: list[Table] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def first(settings: Settings, name: str) -> str:
    """Return the text of a setting, or nothing."""
    values = settings.get(name)
    return values[0].text if values else ""
