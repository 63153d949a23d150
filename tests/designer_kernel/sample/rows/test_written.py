"""Text in parts is the same text as that put together at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.sample.loading.assembly import Assembler
from designer_kernel.sample.loading.columns import sent
from designer_kernel.sample.loading.compiled import Compiled
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Values
from designer_kernel.sample.rows.written import Digits, Picked, Written, numbers, written

ROWS = 9
ASSEMBLERS = (Assembler(), Compiled())
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)


@st.composite
def parts(draw: Callable[..., Any]) -> Any:
    """A part and its text in each row."""
    kind = draw(st.sampled_from(["text", "words", "digits", "array"]))
    if kind == "text":
        text = draw(WORD)
        return text, [text] * ROWS
    if kind == "digits":
        found = draw(st.lists(st.integers(0, 10 ** draw(st.sampled_from([1, 6, 18]))), min_size=ROWS, max_size=ROWS))
        width = draw(st.integers(0, 8))
        return Digits(np.array(found), width), [str(n).zfill(width) for n in found]
    if kind == "array":
        texts = draw(st.lists(WORD, min_size=ROWS, max_size=ROWS))
        return pa.array(texts, type=pa.string()), texts
    words = draw(st.lists(WORD, min_size=1, max_size=90))
    index = draw(st.lists(st.integers(0, len(words) - 1), min_size=ROWS, max_size=ROWS))
    return Picked(pa.array(words, type=pa.string()), np.array(index)), [words[i] for i in index]


@given(st.lists(parts(), min_size=1, max_size=6).filter(lambda found: any(not isinstance(p, str) for p, _ in found)))
def test_parts_say_what_they_say_together(found: list[tuple[Any, list[str]]]) -> None:
    want = ["".join(row) for row in zip(*(texts for _, texts in found), strict=True)]
    made = written(*(part for part, _ in found))
    assert made.array().to_pylist() == want
    assert len(made) == ROWS
    assert made.most >= max(len(text.encode()) for text in want)
    rows = np.array([4, 4, 0, 8])
    assert made.take(rows).array().to_pylist() == [want[row] for row in rows]


@given(
    st.lists(parts(), min_size=1, max_size=4).filter(lambda found: any(not isinstance(p, str) for p, _ in found)),
    st.one_of(st.none(), st.lists(st.booleans(), min_size=ROWS, max_size=ROWS)),
    st.sampled_from(["text", "jsonb"]),
)
def test_parts_are_sent_as_the_whole_text(found: list[tuple[Any, list[str]]], null: Any, base: str) -> None:
    form = Form("text" if base == "text" else "json", base)
    mask = None if null is None else np.array(null)
    made = Values(written(*(part for part, _ in found)), mask)
    whole = Values(pa.array(made.data.to_pylist(), type=pa.string()), mask)
    prefix = b"\x01" if base == "jsonb" else b""
    texts = [prefix + text.encode() for text in whole.data.to_pylist()]
    want = b"".join(
        b"\0\1" + (b"\xff\xff\xff\xff" if null and null[row] else len(text).to_bytes(4, "big") + text)
        for row, text in enumerate(texts)
    )
    for values in (made, whole):
        for assembler in ASSEMBLERS:
            assert bytes(assembler.assembled([sent(form, values)], ROWS)) == want


def test_short_lists_become_one() -> None:
    index = np.array([0, 1, 1])
    made = written('{"a": "', Picked(pa.array(["x", "yy"]), index), '", "b": ', Picked(numbers(5, 7), index), "}")
    assert len(made.parts) == 1
    assert made.array().to_pylist() == ['{"a": "x", "b": 5}', '{"a": "yy", "b": 6}', '{"a": "yy", "b": 6}']


def test_long_lists_stay_apart() -> None:
    index = np.array([99, 0])
    assert len(written(Picked(numbers(0, 99), index), Picked(numbers(0, 99), index)).parts) == 2


@pytest.mark.parametrize(("numbers_", "width"), [([7, 8], 0), ([100, 999], 0), ([0, 12], 5), ([10, 99], 2)])
def test_numbers_of_one_length_are_items(numbers_: list[int], width: int) -> None:
    made = Digits(np.array(numbers_), width)
    assert [bytes(item) for item in made.items()] == [text.encode() for text in made.array().to_pylist()]


def test_numbers_of_several_lengths_are_none() -> None:
    assert Digits(np.array([9, 10])).items() is None
    assert Written((Digits(np.array([9, 10])),)).array().to_pylist() == ["9", "10"]
