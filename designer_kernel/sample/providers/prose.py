"""Sentences: descriptions, reviews, notes, titles, and words without meaning for what nothing else is known of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import TEXT, Context, Make, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
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
    """A review that agrees with the row's ``rating`` of up to ``best``, if there is one; title and text agree, too.

    ``part`` is title, short (one sentence) or text (one sentence or two).
    """

    rating: str = ""
    part: str = "text"
    best: int = 5

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits("review")
        stars = self._stars(frame, bits)
        part = {"title": 0, "short": 1, "text": 1}[self.part]
        text = picked(*_chosen(part, stars, frame.bits("review", self.part)))
        if self.part == "text":
            more = joined(" ", picked(*_chosen(2, stars, hashing.mix(bits))))
            text = joined(text, pc.if_else(hashing.below(bits, 10) < 6, more, ""))
        return Values(text)

    def _stars(self, frame: Frame, bits: Bits) -> Rows:
        """Return zero to four; without a rating mostly the upper ones."""
        if not self.rating:
            return 4 - np.minimum(hashing.below(bits, 5), hashing.below(hashing.mix(bits + np.uint64(1)), 5))
        rating = frame.column(self.rating)
        unit = 10 ** frame.table.columns[self.rating].facts.form.scale
        stars = -(-rating.data.astype(np.int64) * 5 // (self.best * unit)) - 1
        stars = np.clip(stars, 0, 4)
        return stars if rating.null is None else np.where(rating.null, 3, stars)


def _chosen(part: int, stars: Rows, bits: Bits) -> tuple[pa.Array, Rows]:
    """Return a list of sentences, and which of them each row gets."""
    counts = np.array([len(verdict[part]) for verdict in vocabulary.VERDICTS])
    starts = np.cumsum(counts) - counts
    every = words(tuple(item for verdict in vocabulary.VERDICTS for item in verdict[part]))
    return every, starts[stars] + hashing.below(bits, counts[stars])


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


def _rated(part: str) -> Make:
    def make(context: Context) -> Provider | None:
        name = context.first("rating", "stars", "score")
        limit = context.column.form.length
        kind = "short" if part == "text" and limit is not None and limit < 100 else part
        if name is None or context.table.columns[name].form.kind not in ("integer", "numeric"):
            return Review("", kind)
        allowed = context.siblings.get(name)
        unit = 10 ** context.table.columns[name].form.scale
        most = allowed.high if allowed is not None else None
        return Review(name, kind, 10 if most is not None and most // unit > 5 else 5)

    return make


RULES = (
    Rule(r"alt(_text)?|caption", TEXT, lambda c: Sentence((vocabulary.OPENINGS,)), "its name says a picture's text"),
    Rule(
        r"review(_text|_body)?|comment|feedback|body|content|text",
        TEXT,
        _rated("text"),
        "its table is about reviews; agrees with the rating",
        tables=r"review|rating|feedback",
    ),
    Rule(
        r"(review_)?(title|headline|subject|summary)",
        TEXT,
        _rated("title"),
        "its table is about reviews; agrees with the rating",
        tables=r"review|rating|feedback",
    ),
    Rule(
        r"(\w+_)?(bio|biography|about_me)",
        TEXT,
        lambda c: Sentence((vocabulary.LIVES, vocabulary.PASTIMES)),
        "its name says a person's life",
    ),
    Rule(
        r"(\w+_)?description|summary|about|details|overview|excerpt",
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


def _lorem_named(context: Context, least: int = 4, most: int = 9) -> Provider:
    """Words without meaning."""
    return Lorem(max(least, 1), max(most, least, 1))


def _review_named(context: Context, rating: str = "", best: int = 5, part: str = "text") -> Provider:
    """A review that agrees with the column ``rating``; ``part`` is title, short or text."""
    if (rating and rating not in context.table.columns) or part not in ("title", "short", "text"):
        raise SamplePlanError(
            f"there is no column {rating!r}" if rating else f"{part!r} is no part of a review",
            where=f"{context.table.label}.{context.column.name}",
            mend="name a column of the table, and title, short or text",
        )
    return Review(rating, part, best)


def _description_named(context: Context) -> Provider:
    """A product's description: two sentences."""
    return Sentence((vocabulary.OPENINGS, vocabulary.CLOSINGS), ". ")


def _note_named(context: Context) -> Provider:
    """A note on an order or a ticket."""
    return Sentence((vocabulary.NOTES,))


def _title_named(context: Context) -> Provider:
    """A title of a message."""
    return Sentence((vocabulary.TITLES,))


NAMED: Mapping[str, Callable[..., Provider]] = {
    "lorem": _lorem_named,
    "review": _review_named,
    "description": _description_named,
    "note": _note_named,
    "message title": _title_named,
}
