"""Hostile and broken files: refused in our words, with line and column, at once."""

from __future__ import annotations

import re
from time import perf_counter, process_time

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer_kernel.design import Design, document_yaml
from designer_kernel.design.document import read, to_json, to_yaml
from designer_kernel.errors import DocumentError
from tests.strategies import designs

ENTITY = "name: x\nentities:\n- name: users\n  attributes:\n  - "
RELATED = "name: x\nentities: [{name: a}, {name: b}]\nrelationships:\n- {source_entity: a, target_entity: b, "
ID = "0000000a-0000-8000-8000-00000000000a"
BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)

HOSTILE = {
    "alias bomb": (BOMB, "1:4", "anchors"),
    "alias alone": ("name: *a", "1:7", "anchors"),
    "depth in flow": ("[" * 5000, "1:34", "deeper than"),
    "depth in flow mappings": ("{a: " * 5000, "1:", "deeper than"),
    "depth in blocks": ("".join(" " * n + "a:\n" for n in range(2000)), "34:", "deeper than"),
    "depth in dashes": ("- " * 5000 + "x", "1:", "deeper than"),
    "depth in JSON": ('{"a":' * 5000, "1:", "deeper than"),
    "duplicate key": ("name: a\nname: b", "2:1", "twice, first in line 1"),
    "duplicate key in JSON": ('{"name": "a",\n "name": "b"}', "2:2", "twice"),
    "duplicate key spelt by name and id": (RELATED + "source_entity_id: a}", "4:", "name the same thing"),
    "huge number": ("name: x\nformat: " + "9" * 100_000, "2:9", "too long"),
    "huge exponent": (ENTITY + "{name: a, data_type: text, length: 1e999}", "5:40", "too large"),
    "huge number in JSON": ('{"name": "x", "format": ' + "9" * 100_000 + "}", "1:25", "too long"),
    "NaN": (ENTITY + "{name: a, data_type: text, length: .nan}", "5:", "whole number"),
    "NaN in JSON": ('{"name": NaN}', "1:10", "not JSON"),
    "infinity as a position": ("name: x\nentities: [{name: a, position: {x: .inf, y: 0}}]", "2:", "number"),
    "wrong type of a list": ("name: x\nentities: 7", "2:11", "should be a list"),
    "wrong type of an item": ("name: x\nentities:\n- 7", "3:3", "should be a mapping"),
    "wrong type of a flag": (ENTITY + "{name: a, data_type: text, is_unique: maybe}", "5:", "true or false"),
    "wrong type of an id": ("name: x\nid: true", "2:5", "should be an id"),
    "wrong type of a name": ("name: [x]", "1:7", "should be text"),
    "list at the top": ("- a", "1:1", "should be a mapping"),
    "text at the top": ("hello", "1:1", "should be a mapping"),
    "unknown field": ("name: x\nentitys: []", "2:1", "no field 'entitys'"),
    "unknown field in an attribute": (ENTITY + "{nam: a, data_type: text}", "5:6", "no field 'nam'"),
    "unknown trait": ("name: x\nentities:\n- {name: a, traits: [{kind: magic}]}", "3:", "'magic'"),
    "unknown entity": ("name: x\nentities: [{name: users, inherits: [base]}]", "2:37", "no entity 'base'"),
    "missing field": (ENTITY + "{name: a}", "5:5", "'data_type' is missing"),
    "missing name": ("entities: []", "1:1", "'name' is missing"),
    "format of the future": ("format: 2\nname: x", "1:9", "format 2"),
    "python object": ("name: !!python/object/apply:os.system [id]", "1:7", "tag"),
    "tag of text": ("name: !!str 5", "1:7", "tag"),
    "merge key": ("name: x\n<<: {description: y}", "2:1", "no field '<<'"),
    "complex key": ("? [a]\n: b", "1:3", "name of a field"),
    "very long key": ("x" * 1000 + ": 1", "1:1", "name of a field"),
    "second document": ("name: x\n---\nname: y", "2:1", "second document"),
    "directive": ("%YAML 9.9\n---\nname: x", "1:", "YAML"),
    "tab": ("name: x\nentities:\n\t- a", "3:1", "not YAML"),
    "unclosed": ("name: [x", "2:1", "not YAML"),
    "control character": ("name: a\x07", "1:8", "character"),
    "NUL": ("name: a\x00", "1:8", "NUL"),
    "NUL by escape": ('name: "a\\0"', "1:7", "NUL"),
    "NUL by escape in JSON": ('{"name": "a\\u0000"}', "1:10", "NUL"),
    "NUL in text": ('name: x\ndescription: "a\\0"', "2:14", "NUL"),
    "byte order mark": ("\ufeffname: x", "1:1", "byte order mark"),
    "byte order mark in bytes": (b"\xef\xbb\xbfname: x", "1:1", "byte order mark"),
    "UTF-16": ("name: x".encode("utf-16"), "1:1", "UTF-8"),
    "Latin-1": ("name: x\ndescription: größe".encode("latin-1"), "2:16", "UTF-8"),
    "lone surrogate": ("name: '\ud800'", "1:8", "surrogate"),
    "lone surrogate in JSON": ('{"name": "\\ud800"}', "1:10", "surrogate"),
    "lone surrogate by escape": ('name: "\\ud800"', "1:", ""),
    "fifty megabytes": ("x" * 50_000_000, "1:1", "bytes"),
    "fifty megabytes of bytes": (b"\xff" * 50_000_000, "1:1", "bytes"),
    "empty": ("", "1:1", "empty"),
    "only a comment": ("# nothing\n", "1:1", "empty"),
    "SQL that breaks out": (ENTITY + '{name: a, data_type: "int); drop table x; --"}', "5:", "not a type"),
    "SQL nested without end": (
        ENTITY + "{name: a, data_type: text, default_value: '" + "(" * 9999 + "'}",
        "5:",
        "nested",
    ),
    "SQL added without end": (ENTITY + "{name: a, data_type: text, generated: " + "1+" * 9999 + "1}", "5:", "SQL"),
    "an id twice": (
        f"name: x\nenums:\n- {{id: {ID.upper()}, name: a, labels: [a]}}\n- {{name: b, id: {ID}}}",
        "4:17",
        "used twice, first in line 3",
    ),
    "two of one name": ("name: x\nentities:\n- {name: a}\n- {name: a}", "3:3", "two entities are named 'a'"),
    "a circle": (
        "name: x\nentities: [{name: a, is_abstract: true, inherits: [b]}, {name: b, is_abstract: true, inherits: [a]}]",
        "2:12",
        "circle",
    ),
    "a contradiction": (RELATED + "target_cardinality: 1}", "4:3", "contradict each other"),
    "something after JSON": ('{"name": "x"} {"name": "y"}', "1:15", "follows the end"),
    "comma too many in JSON": ('{"name": "x",}', "1:14", "not JSON"),
}


@pytest.mark.parametrize(("source", "place", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_at_once_with_its_place(source: str | bytes, place: str, words: str) -> None:
    start = process_time()  # the machine's other work does not count
    with pytest.raises(DocumentError) as refused:
        read(source, "f.yaml")
    elapsed = process_time() - start
    assert re.fullmatch(r"f\.yaml:\d+:\d+", refused.value.where), refused.value.where
    assert refused.value.where.startswith(f"f.yaml:{place}")
    assert words in refused.value.what
    assert refused.value.mend
    assert len(str(refused.value)) < 1000
    assert elapsed < 0.2, f"{elapsed * 1000:.0f} ms; measured: under 25 ms each on an idle machine"


@pytest.mark.parametrize(
    "name", ["alias bomb", "depth in flow", "depth in blocks", "duplicate key", "control character"]
)
def test_it_is_refused_without_the_c_library_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_yaml, "_LOADER", yaml.SafeLoader)
    source, place, words = HOSTILE[name]
    start = perf_counter()
    with pytest.raises(DocumentError, match=words) as refused:
        read(source, "f.yaml")
    assert refused.value.where.startswith(f"f.yaml:{place}")
    assert perf_counter() - start < 1, "measured: under 150 ms each on an idle machine"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_files_are_read_without_the_c_library_too(design: Design) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_yaml, "_LOADER", yaml.SafeLoader)
        assert read(to_yaml(design)) == design


def test_values_without_end_are_refused() -> None:
    with pytest.raises(DocumentError, match="more than 20,000 items"):
        read("name: x\nentities: [" + "a," * 2_100_000 + "]", "f.yaml")
    with pytest.raises(DocumentError, match="more than 600,000 values"):
        read("[" + ",".join(["[" + "0," * 19_999 + "0]"] * 31) + "]", "f.json")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), designs(), st.booleans())
def test_a_damaged_file_is_read_or_refused_in_our_words(data: st.DataObject, design: Design, as_json: bool) -> None:
    text = to_json(design) if as_json else to_yaml(design)
    place = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    noise = data.draw(
        st.one_of(st.text(max_size=5), st.sampled_from(["'", '"', "{", "]", "\n", "- ", ": ", "|", "&a ", "7"]))
    )
    damaged = text[:place] + noise + text[place + length :]
    try:
        read(damaged, "f.json" if as_json else "f.yaml")
    except DocumentError as error:
        assert re.fullmatch(r"f\.(json|yaml):\d+:\d+", error.where)  # noqa: PT017 - both outcomes are right
