"""Reading words one after the other: names, ends of relationships, and settings in brackets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.dbml.tokens import Token
from designer_kernel.exchange.dbml.tree import Path, Settings, Value

_SIGNS: Final = frozenset({"<", ">", "-", "<>"})


class Words:
    """The words of a text, and how far they are read."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._place = 0

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

    # ends and settings

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
        if name == "dep":  # where data come from: ``dep: <- orders.total``
            return name, Value("text", "".join(self._until(",", "]")))
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

    def _until(self, *marks: str) -> Iterator[str]:
        while not self._at(*marks) and self._next.kind != "end":
            yield self._take().text

    def _more_words(self) -> Iterator[str]:
        while self._next.kind == "word":
            yield self._take().text
