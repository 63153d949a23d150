"""A patch leads from one document to the other, in Python and in the front end, and is small where little changed."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

from designer_widgets import linker
from designer_widgets.patches import patch, patched
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.designer_widgets.test_frontend import NODE, needs_node

TEXTS = st.text("abc", max_size=2)
VALUES = st.one_of(st.none(), st.integers(0, 2), TEXTS)
ITEMS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("stuvwxyz"), "n": VALUES}), max_size=8, unique_by=lambda one: one["id"]
)
LISTS = st.one_of(ITEMS, st.lists(TEXTS, max_size=6), st.lists(VALUES, max_size=3))
DOCUMENTS = st.dictionaries(st.sampled_from("pqr"), st.one_of(VALUES, LISTS), max_size=3)


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=400, deadline=None)
def test_it_leads_from_one_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert patched(before, json.loads(json.dumps(patch(before, after)))) == after


def test_what_is_equal_is_not_told() -> None:
    before = {"entities": [{"id": f"{n}", "name": "x"} for n in range(1000)], "sql": ["a", "b", "c", "d"]}
    after = copy.deepcopy(before)
    after["entities"][500]["name"] = "y"
    after["sql"][1:3] = ["e"]
    assert patch(before, after) == {
        "set": {},
        "gone": [],
        "items": {"entities": {"by": "id", "put": [{"id": "500", "name": "y"}]}},
        "spliced": {"sql": [1, 2, ["e"]]},
    }


@needs_node
def test_the_front_end_comes_to_the_same(tmp_path: Path) -> None:
    cases = []

    @given(DOCUMENTS, DOCUMENTS)
    @settings(max_examples=200, deadline=None, database=None)
    def gather(before: dict[str, Any], after: dict[str, Any]) -> None:
        cases.append([before, patch(before, after), after])

    gather()
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    (tmp_path / "patch.mjs").write_text((linker.FRONTEND / "patch.js").read_text())
    (tmp_path / "run.mjs").write_text(
        'import { readFileSync } from "node:fs"; import { deepStrictEqual } from "node:assert";'
        'import { patched } from "./patch.mjs";'
        'const cases = JSON.parse(readFileSync("cases.json"));'
        "for (const [before, patch, after] of cases) deepStrictEqual(patched(before, patch), after);"
        "console.log(cases.length);"
    )
    done = subprocess.run([str(NODE), "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert int(done.stdout) == len(cases) >= 200
