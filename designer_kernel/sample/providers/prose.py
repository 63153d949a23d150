"""Sentences: descriptions, reviews, notes, titles, and words without meaning for what nothing else is known of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, joined, picked
from designer_kernel.sample.vocabulary import words as vocabulary

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Sentence(Provider):
    """One sentence of each list, put together."""

    lists: tuple[tuple[str, ...], ...]
    separator: str = " "

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        parts: list[object] = []
        for items in self.lists:
            parts += [self.separator, picked(words(items), hashing.below(bits, len(items)))]
            bits = hashing.mix(bits)
        return Values(joined(*parts[1:]))


@dataclass(frozen=True, slots=True)
class Review(Provider):
    """A short review that agrees with the row's rating, if there is one."""

    rating: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        good, middling, bad = (
            picked(words(items), hashing.below(bits, len(items)))
            for items in (vocabulary.PRAISE, vocabulary.MIDDLING, vocabulary.BLAME)
        )
        if not self.rating:
            return Values(good)
        rating = frame.column(self.rating)
        stars = rating.data // 10 ** (frame.table.columns[self.rating].facts.form.scale)
        text = pc.if_else(stars >= 4, good, pc.if_else(stars >= 3, middling, bad))
        return Values(text)


@dataclass(frozen=True, slots=True)
class Lorem(Provider):
    """Words without meaning, ``least`` to ``most`` of them."""

    least: int
    most: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        count = self.least + hashing.below(bits, self.most - self.least + 1)
        text = ""
        for position in range(self.most):
            bits = hashing.mix(bits)
            word = picked(words(vocabulary.LOREM), hashing.below(bits, len(vocabulary.LOREM)))
            if position == 0:
                text = pc.utf8_capitalize(word)
            else:
                text = pc.if_else(count > position, joined(text, " ", word), text)
        return Values(text)


def lorem(context: Context) -> Provider:
    """Return words that fit the column's length."""
    limit = context.column.form.length or 200
    if limit < 24:
        return Lorem(1, 1)
    return Lorem(2, 4) if limit < 120 else Lorem(4, 9)


def _rated(context: Context) -> Provider:
    rating = context.first("rating", "stars", "score")
    numeric = rating is not None and context.table.columns[rating].form.kind in ("integer", "numeric")
    return Review(rating if numeric and rating is not None else "")


RULES = (
    Rule(r"alt(_text)?|caption", TEXT, lambda c: Sentence((vocabulary.OPENINGS,)), "its name says a picture's text"),
    Rule(
        r"review(_text|_body)?|comment|feedback|body|content|text",
        TEXT,
        _rated,
        "its table is about reviews",
        tables=r"review|rating|feedback",
    ),
    Rule(
        r"(\w+_)?description|summary|about|bio|details|overview|excerpt",
        TEXT,
        lambda c: Sentence((vocabulary.OPENINGS, vocabulary.CLOSINGS), ". "),
        "its name says description",
    ),
    Rule(
        r"(\w+_)?(notes?|comments?|remarks?|reason|instructions?|memo)",
        TEXT,
        lambda c: Sentence((vocabulary.NOTES,)),
        "its name says note",
    ),
    Rule(
        r"(\w+_)?(subject|headline|title|heading)",
        TEXT,
        lambda c: Sentence((vocabulary.TITLES,)),
        "its name says title",
    ),
    Rule(
        r"(\w+_)?(message|body|content|text)",
        TEXT,
        lambda c: Sentence((vocabulary.TITLES, vocabulary.NOTES), ". "),
        "its name says message",
    ),
)
