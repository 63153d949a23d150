"""The grammar of DBML: text to a tree of plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.dbml.tokens import Token, tokens

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
    note: str = ""


@dataclass(slots=True)
class Document:
    """All that a text says. ``skipped`` are blocks that say nothing about a schema, with their names."""

    name: str = ""
    note: str = ""
    tables: list[Table] = field(default_factory=list)
    partials: list[Table] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


_TYPE_WORDS: Final = frozenset({
    "precision", "varying", "with", "without", "local", "time", "zone", "unsigned", "signed", "zerofill",
})  # fmt: skip
"""What may follow the first word of a type: ``timestamp with time zone``."""

_MORE_TYPE_WORDS: Final = {
    "interval": frozenset({"year", "month", "day", "hour", "minute", "second", "to"}),
    "national": frozenset({"character", "char", "varchar"}),
    "long": frozenset({"varchar", "raw"}),
}
"""What may follow some first words besides."""

_SIGNS: Final = frozenset({"<", ">", "-", "<>"})


def parse(text: str) -> Document:
    """Return what a DBML text says.

    Raises
    ------
    DocumentError
        Where the text is no DBML, with line and column.
    """
    return _Parser(list(tokens(text))).document()


class _Parser:
    """One run of `parse`, by recursive descent."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._place = 0
        self._document = Document()

    # words

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _take(self) -> Token:
        token = self._words[self._place]
        self._place += token.kind != "end"
        return token

    def _at(self, *texts: str) -> bool:
        token = self._next
        return token.kind in {"mark", "word"} and token.text.lower() in texts

    def _accept(self, *texts: str) -> Token | None:
        return self._take() if self._at(*texts) else None

    def _expect(self, text: str) -> Token:
        if not self._at(text):
            raise self._wrong(f"{text!r}")
        return self._take()

    def _wrong(self, wanted: str) -> DocumentError:
        token = self._next
        return DocumentError(
            f"there is {token} where {wanted} should be",
            where=f"{token.line}:{token.column}",
            mend="compare with https://dbml.dbdiagram.io/docs",
        )

    def _name(self) -> str:
        if self._next.kind not in {"word", "name", "number"}:
            raise self._wrong("a name")
        return self._take().text

    def _path(self) -> Path:
        names = [self._name()]
        while self._accept("."):
            names.append(self._name())
        return tuple(names)

    def _text(self) -> str:
        if self._next.kind != "text":
            raise self._wrong("a text in quotes")
        return self._take().text

    # blocks

    def document(self) -> Document:
        while self._next.kind != "end":
            word = self._next.text.lower()
            block = {
                "table": self._table, "tablepartial": self._partial, "enum": self._enum, "ref": self._ref_block,
                "tablegroup": self._group, "project": self._project, "note": self._sticky,
            }.get(word)  # fmt: skip
            if block is not None:
                block()
            elif self._next.kind == "word":
                self._skip()
            else:
                raise self._wrong("Table, Enum, Ref, TableGroup or Project")
        return self._document

    def _entries(self) -> Iterator[None]:
        self._expect("{")
        while not self._accept("}"):
            if self._next.kind == "end":
                raise self._wrong("'}'")
            yield

    def _project(self) -> None:
        self._take()
        self._document.name = "" if self._at("{") else self._name()
        for _ in self._entries():
            key = self._name().lower()
            value = self._note() if key == "note" else self._colon_value()
            if key == "note":
                self._document.note = value

    def _colon_value(self) -> str:
        self._expect(":")
        return self._take().text

    def _note(self) -> str:
        """Return the text after the word ``Note``, in either of its two forms."""
        if self._accept("{"):
            text = self._text()
            self._expect("}")
            return text
        self._expect(":")
        return self._text()

    def _sticky(self) -> None:
        self._take()
        name = "" if self._at("{", ":") else self._name()
        self._settings()
        self._note()
        self._document.skipped.append(("note", name))

    def _skip(self, owner: str = "") -> None:
        """Pass over a block that is not about the schema, such as rows of data or a view of a diagram."""
        kind = self._take().text
        name = [owner]
        while not self._at("{"):
            if self._next.kind == "end":
                raise self._wrong("'{'")
            name.append(self._take().text)
        self._document.skipped.append((kind, "".join(name)))
        depth = 0
        while True:
            token = self._take()
            if token.kind == "end":
                raise self._wrong("'}'")
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
            if depth == 0:
                return

    def _enum(self) -> None:
        line = self._take().line
        path = self._path()
        labels = []
        for _ in self._entries():
            label = self._name()
            labels.append((label, _first(self._settings(), "note")))
        self._document.enums.append(Enum(path, labels, line))

    def _group(self) -> None:
        self._take()
        name = self._name()
        group = Group(name, [], self._settings())
        for _ in self._entries():
            if self._at("note") and self._words[self._place + 1].text in {":", "{"}:
                self._take()
                group.note = self._note()
            else:
                group.members.append(self._path())
        self._document.groups.append(group)

    def _partial(self) -> None:
        self._document.partials.append(self._table_body())

    def _table(self) -> None:
        self._document.tables.append(self._table_body())

    def _table_body(self) -> Table:
        line = self._take().line
        table = Table(self._path(), {}, line)
        if self._accept("as"):
            table.alias = self._name()
        table.settings = self._settings()
        table.note = _first(table.settings, "note")
        for _ in self._entries():
            self._table_entry(table)
        return table

    def _table_entry(self, table: Table) -> None:
        following = self._words[self._place + 1]
        if self._accept("~"):
            table.columns.append(self._name())
        elif self._at("note") and following.text in {":", "{"}:
            self._take()
            table.note = self._note()
        elif self._at("indexes") and following.text == "{":
            self._take()
            table.indexes += [self._index() for _ in self._entries()]
        elif self._at("checks") and following.text == "{":
            self._take()
            table.checks += [self._check() for _ in self._entries()]
        elif self._at("records", "metadata") and following.text in {"(", "{"}:
            self._skip(".".join(table.path))
        else:
            table.columns.append(self._column())

    def _index(self) -> Index:
        line = self._next.line
        parts = []
        if self._accept("("):
            while not self._accept(")"):
                parts.append(self._index_part())
                self._accept(",")
        else:
            parts.append(self._index_part())
        return Index(parts, self._settings(), line)

    def _index_part(self) -> tuple[str, bool]:
        if self._next.kind == "expression":
            return self._take().text, True
        return self._name(), False

    def _check(self) -> tuple[str, Settings]:
        if self._next.kind != "expression":
            raise self._wrong("an expression in backticks")
        return self._take().text, self._settings()

    def _column(self) -> Column:
        line = self._next.line
        name = self._name()
        path = self._path()
        text = path[-1]
        following = _TYPE_WORDS | _MORE_TYPE_WORDS.get(text.lower(), frozenset())
        while not self._next.is_first:  # ``timestamp(3) with time zone``, ``character varying(20)[]``
            if self._at(*following):
                text += f" {self._take().text}"
            elif self._at("("):
                text += self._brackets()
            elif self._at("[") and self._words[self._place + 1].text == "]":
                self._take()
                self._take()
                text += "[]"
            elif self._at("[", "}"):
                break
            else:
                raise self._wrong("a new line or '['")
        return Column(name, text, self._settings(), line, path)

    def _brackets(self) -> str:
        self._expect("(")
        inside = []
        while not self._accept(")"):
            if self._next.kind == "end":
                raise self._wrong("')'")
            inside.append(self._take().text)
        return f"({''.join(inside)})"

    # relationships and settings

    def _ref_block(self) -> None:
        self._take()
        name = "" if self._at(":", "{") else self._path()[-1]
        if self._accept(":"):
            self._document.refs.append(self._ref(name))
        else:
            self._document.refs += [self._ref(name) for _ in self._entries()]

    def _ref(self, name: str) -> Ref:
        line = self._next.line
        left = self._end()
        sign = self._sign()
        return Ref(left, sign, self._end(), self._settings(), line, name)

    def _sign(self) -> str:
        self._accept("?")
        if not self._at(*_SIGNS):
            raise self._wrong("<, >, - or <>")
        sign = self._take().text
        self._accept("?")
        return sign

    def _end(self) -> tuple[Path, list[str]]:
        names = [self._name()]
        while self._accept("."):
            if self._accept("("):
                columns = []
                while not self._accept(")"):
                    columns.append(self._name())
                    self._accept(",")
                return tuple(names), columns
            names.append(self._name())
        return tuple(names[:-1]), names[-1:]

    def _settings(self) -> Settings:
        settings: Settings = {}
        if self._next.is_first and not self._at("["):
            return settings
        if not self._accept("["):
            return settings
        while not self._accept("]"):
            name, value = self._setting()
            settings.setdefault(name, []).append(value)
            if not self._accept(",") and not self._at("]"):
                raise self._wrong("',' or ']'")
        return settings

    def _setting(self) -> tuple[str, Value]:
        words = []
        while self._next.kind == "word":
            words.append(self._take().text.lower())
        if not words:
            raise self._wrong("the name of a setting")
        name = " ".join(words)
        if not self._accept(":"):
            return name, Value("word", "true")
        if name == "ref":
            sign = self._sign()
            table, columns = self._end()
            return name, Value("ref", columns[0], table, sign)
        token = self._take()
        if token.kind in {"end", "mark"}:
            self._place -= token.kind != "end"
            raise self._wrong("a value")
        text = token.text
        if token.kind in {"word", "name"} and self._at("."):  # a label of an enumeration: status.open
            while self._accept("."):
                text = self._name()
            return name, Value("text", text)
        text += "".join(f" {word}" for word in self._more_words()) if token.kind == "word" else ""  # set null
        return name, Value(token.kind, text)

    def _more_words(self) -> Iterator[str]:
        while self._next.kind == "word":
            yield self._take().text


def _first(settings: Settings, name: str) -> str:
    values = settings.get(name)
    return values[0].text if values else ""
