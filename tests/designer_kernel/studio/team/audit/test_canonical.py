"""JSON with one spelling, by the examples of RFC 8785."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.studio.team.audit import canonical

NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_have_the_fewest_digits(bits: str, text: str) -> None:
    assert canonical.encode(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text


def test_keys_are_sorted_by_their_code_units_and_only_what_must_be_is_escaped() -> None:
    names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    written = canonical.encode(names).decode()
    assert list(json.loads(written).values()) == [2, 4, 6, 7, 1, 5, 3]
    text = "\u20ac$\u000f\nA'\u0042\u0022\u005c\\\"/"
    assert canonical.encode([text, None, True, False, []]) == (
        '["\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/",null,true,false,[]]'.encode()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\udc00": 1}, {1: 2}, b"x", object(), {1, 2}])
def test_what_json_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical.encode(value)


@pytest.mark.parametrize("text", ["1e400", "0.10000000000000000001", "9007199254740993", "1" * 500, "NaN", "[1,"])
def test_a_number_that_is_no_double_cannot_hide_behind_the_hash_of_one(text: str) -> None:
    with pytest.raises(ValueError):
        canonical.encode(canonical.decode(text))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_what_is_read_again_has_the_same_spelling(value: object) -> None:
    written = canonical.encode(value)
    assert canonical.encode(canonical.decode(written.decode())) == written
    assert canonical.encode(canonical.decode(json.dumps(value))) == written
