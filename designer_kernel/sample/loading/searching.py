"""The images of tsvector and tsquery, from plain text."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.loading.octets import as_bytes, big, fixed, gathered, joined, repeated
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.arrays import arrow

_MOST_POSITIONS: Final = 255
_LAST_POSITION: Final = 16_383
_LONGEST: Final = 500
"""Limits of ``ts_type.h``: places kept of one word, the last place that can be told, a word of 2046 bytes."""

_VALUE, _OPERATOR, _AND = 1, 2, 2


def tsvector(form: Form, data: Any) -> pa.Array:
    """Return the image of text vectors: words in the order of their bytes, each once, with its places in the text."""
    words, offsets = _words(data)
    row = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    place = np.minimum(np.arange(len(words)) - offsets[row] + 1, _LAST_POSITION)
    encoded = words.dictionary_encode()
    known = [word.as_py() for word in encoded.dictionary]
    rank = np.empty(len(known), dtype=np.int64)
    rank[sorted(range(len(known)), key=lambda i: known[i].encode())] = np.arange(len(known))
    code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.lexsort((place, rank[code], row)) if len(words) else np.zeros(0, dtype=np.int64)
    row, place, code = row[order], place[order], code[order]
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = (row[1:] != row[:-1]) | (code[1:] != code[:-1])
    firsts = np.flatnonzero(is_first)
    ends = np.append(firsts[1:], len(row))
    count = np.minimum(ends - firsts, _MOST_POSITIONS)
    starts = np.concatenate([[0], np.cumsum(count)])
    kept = np.repeat(firsts - starts[:-1], count) + np.arange(starts[-1])
    lexemes = as_bytes(encoded.dictionary.take(arrow(code[firsts])))
    places = gathered(fixed(big(place[kept], 2)), starts)
    items = joined(lexemes, repeated(b"\0", len(firsts)), fixed(big(count, 2)), places)
    per_row = np.bincount(row[firsts], minlength=len(offsets) - 1) if len(firsts) else np.zeros(len(offsets) - 1)
    bounds = np.concatenate([[0], np.cumsum(per_row)]).astype(np.int64)
    return joined(fixed(big(per_row, 4)), gathered(items, bounds))


def tsquery(form: Form, data: Any) -> pa.Array:
    """Return the image of queries for all words of a text: operators before their operands, the last word first."""
    words, offsets = _words(data)
    counts = np.diff(offsets)
    row = np.repeat(np.arange(len(counts)), counts)
    backwards = offsets[row] + offsets[row + 1] - 1 - np.arange(len(words))
    is_last = np.arange(len(words)) == offsets[row + 1] - 1
    operators = pc.if_else(arrow(is_last), pa.scalar(b"", pa.binary()), repeated(bytes([_OPERATOR, _AND]), len(words)))
    values = joined(
        operators, repeated(bytes([_VALUE, 0, 0]), len(words)), as_bytes(words.take(arrow(backwards))),
        repeated(b"\0", len(words)),
    )  # fmt: skip
    return joined(fixed(big(np.maximum(counts * 2 - 1, 0), 4)), gathered(values, offsets))


def _words(data: Any) -> tuple[pa.Array, Any]:
    """Return the words of all texts in lower case, and where each text's words begin."""
    text = pc.utf8_lower(data)
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"[^\pL\pN]+", " "))
    lists = pc.utf8_split_whitespace(text)
    words, counts = (
        pc.utf8_slice_codeunits(lists.flatten(), 0, _LONGEST),
        lists.value_lengths().to_numpy(zero_copy_only=False),
    )
    empty = pc.equal(words, "").to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    if not empty.any():
        return words, offsets
    kept = np.concatenate([[0], np.cumsum(~empty)])
    return words.filter(arrow(~empty)), kept[offsets]
