"""The grammar of DBML: text to a tree of plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.exchange.dbml.tokens import Token, tokens
from designer_kernel.exchange.dbml.tree import (
    Column,
    Document,
    Enum,
    Group,
    Index,
    Ref,
    Settings,
    Table,
    first,
)
from designer_kernel.exchange.dbml.words import Words

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


def parse(text: str) -> Document:
    """Return what a DBML text says.

    Raises
    ------
    DocumentError
        Where the text is no DBML, with line and column.
    """
    return _Parser(list(tokens(text))).document()


class _Parser(Words):
    """One run of `parse`, by recursive descent."""

    def __init__(self, words: list[Token]) -> None:
        super().__init__(words)
        self._document = Document()

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
        self._document.notes.append((name, self._note()))

    def _skip(self, owner: str = "") -> None:
        """Pass over what is not about the schema: rows, views of a diagram, where data come from, other files.

        That is a line, or a block with what stands before and behind it on its lines.
        """
        begin = self._take()
        name = [owner] if owner else []
        while not self._next.is_first or self._at("{"):
            if self._at("{"):
                self._skip_block()
                if not self._at("from"):  # of a block in another file
                    break
            else:
                token = self._take()
                name.append(f" {token.text}" if token.kind != "mark" and not token.is_glued else token.text)
        if not name and self._words[self._place - 1] is begin:
            raise self._wrong("'{'")
        self._document.skipped.append((begin.text, "".join(name).lstrip(": ")))

    def _skip_block(self) -> None:
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
            labels.append((label, first(self._settings(), "note")))
        self._document.enums.append(Enum(path, labels, line))

    def _group(self) -> None:
        line = self._take().line
        group = Group(self._name(), [], self._settings(), line)
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
        table.note = first(table.settings, "note")
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

    # relationships

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
