"""DBML that is nested or repeated without end is read or refused, and takes no time for it."""

from __future__ import annotations

import time

import pytest

from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.exchange.dbml import read_dbml
from designer_kernel.exchange.dbml.partials import DEEPEST

N = 20_000
DOUBLING = "".join(f"TablePartial p{n} {{ ~p{n + 1}\n ~p{n + 1} }}\n" for n in range(60))
CHAIN = "".join(f"TablePartial p{n} {{ ~p{n + 1} }}\n" for n in range(N))
TEXTS = {
    "tables": "Table t {\n" * N,
    "brackets": "[" * N,
    "type": "Table t { a int" + "(" * N + " }",
    "escapes": "'''" + "\\'" * N,
    "escapes in a text": "'" + "\\\\" * N,
    "quotes": "'" * N,
    "ticks": "`" * (N + 1),
    "comments": "/*" * N,
    "project": "Project p { a: " * N,
    "reference": "Ref: " + "a." * N,
    "a partial of itself": "TablePartial p { ~p }\nTable t { ~p }",
    "partials in a circle": "TablePartial p { ~q }\nTablePartial q { ~p }\nTable t { ~p }",
    "partials that double": f"{DOUBLING}TablePartial p60 {{ a int }}\nTable t {{ ~p0 }}",
    "a chain of partials": f"{CHAIN}TablePartial p{N} {{ a int }}\nTable t {{ ~p0 }}",
    "a chain of partials that takes itself in": f"{CHAIN}TablePartial p{N} {{ ~p0 }}\nTable t {{ ~p0 }}",
    "NUL": "Table t { a int [note: 'x\x00y'] }",
    "surrogate": "Table t { a int [note: 'x\ud800y'] }",
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_ends_soon_and_in_our_words(name: str) -> None:
    begin = time.monotonic()
    try:
        read_dbml(TEXTS[name])
    except DesignerError:
        assert name != "partials that double"
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("is_used_first", [False, True])
def test_partials_stand_in_one_another_as_deep_as_is_said(is_used_first: bool) -> None:
    chain = [f"TablePartial p{n} {{ ~p{n + 1}\n c{n} int }}" for n in range(DEEPEST)]
    whole = [*chain, f"TablePartial p{DEEPEST} {{ last int }}"]
    ordered = whole if is_used_first else whole[::-1]
    (entity,) = read_dbml("\n".join([*ordered, "Table t { ~p1 }"])).design.entities
    assert len(entity.attributes) == DEEPEST
    with pytest.raises(DocumentError, match=rf"'t' takes in partials that stand more than {DEEPEST} deep") as caught:
        read_dbml("\n".join([*ordered, "Table t { ~p0 }"]))
    assert caught.value.where == f"{2 * DEEPEST + 2}:1"
