"""The first level: never more bytes than allowed, each part counted once, the longest unasked goes first."""

from __future__ import annotations

import threading
import tracemalloc
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.lower import lower
from designer_kernel.store import design_json
from designer_kernel.studio.team.caching import weights
from designer_kernel.studio.team.caching.memory import Memory


class Part:
    """Something of a size."""

    def __init__(self, size: int) -> None:
        self.size = size


def size_of(part: Part) -> int:
    return part.size


def test_who_was_not_asked_for_longest_goes_first() -> None:
    memory = Memory(30)
    for name in "abc":
        memory.put(name, name.upper(), 10)
    assert memory.get("a") == "A"
    memory.put("d", "D", 10)
    assert [memory.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    memory.put("whole", "W", 31)
    memory.put("parts", "P", 1, [Part(20), Part(20)], size_of)
    assert (memory.get("whole"), memory.get("parts"), memory.bytes) == (None, None, 30)


def test_what_values_share_counts_once() -> None:
    memory, shared, own = Memory(1_000), Part(100), Part(50)
    memory.put("one", 1, 1, [shared], size_of)
    memory.put("two", 2, 1, [shared, own], size_of)
    assert memory.bytes == 152
    memory.drop("one")
    assert memory.bytes == 151
    memory.put("two", 2, 1)
    assert memory.bytes == 1
    memory.drop("two")
    assert (memory.bytes, len(memory)) == (0, 0)


def test_all_about_something_goes_at_once() -> None:
    memory, one, other = Memory(1_000), uuid4(), uuid4()
    for kind in ("design", "catalog"):
        memory.put((kind, "1"), kind, 10, about=one)
        memory.put((kind, "2"), kind, 10, about=other)
    memory.drop_about(one, but="design")
    assert (memory.get(("catalog", "1")), memory.get(("design", "1"))) == (None, "design")
    memory.drop_about(one)
    memory.drop_about(one)
    assert (len(memory), memory.bytes) == (2, 20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("pgda"), st.integers(0, 5), st.lists(st.integers(0, 5), max_size=4))))
def test_the_count_is_right_whatever_is_done(steps: list[tuple[str, int, list[int]]]) -> None:
    memory, parts, abouts = Memory(60), [Part(n * 3) for n in range(6)], [UUID(int=n) for n in range(2)]
    for step, key, held in steps:
        if step == "p":
            memory.put(key, tuple(parts[n] for n in held), key, [parts[n] for n in held], size_of, abouts[key % 2])
        elif step == "g":
            memory.get(key)
        elif step == "d":
            memory.drop(key)
        else:
            memory.drop_about(abouts[key % 2])
        there = {key: memory.get(key) for key in range(6) if memory.get(key) is not None}
        shared = {part for held in there.values() for part in held}
        assert memory.bytes == sum(there) + sum(part.size for part in shared) <= 60
    for about in abouts:
        memory.drop_about(about)
    assert (memory.bytes, memory._parts, memory._about) == (0, {}, {})


def test_many_threads_may_ask() -> None:
    memory, parts = Memory(500), [Part(20) for _ in range(20)]

    def work(seed: int) -> None:
        for n in range(400):
            held = [parts[(seed * n + k) % 20] for k in range(5)]
            memory.put((n * seed) % 50, held, 5, held, size_of)
            memory.get(n % 50)
            memory.drop((n + seed) % 50)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (3, 5, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.bytes <= 500
    for key in range(50):
        memory.drop(key)
    assert (memory.bytes, memory._parts) == (0, {})


def large() -> Design:
    texts = "Names of people, and of places where they live. " * 4
    return Design(
        name="large",
        entities=tuple(
            Entity(
                name=f"e{n}",
                attributes=tuple(Attribute(name=f"a{m}", data_type="text", description=texts) for m in range(8)),
            )
            for n in range(150)
        ),
    )


@pytest.mark.parametrize("design", [large(), templates.load("marketplace")], ids=["large", "marketplace"])
def test_weights_are_near_the_truth(design: Design) -> None:
    text = design_json.to_text(design)
    design_json.of_text(text)  # what is remembered of names and types is not the design's
    tracemalloc.start()
    kept = design_json.of_text(text)
    design_bytes, _ = tracemalloc.get_traced_memory()
    catalog = lower(kept)
    catalog_bytes = tracemalloc.get_traced_memory()[0] - design_bytes
    tracemalloc.stop()
    said = weights.of_design(kept) + sum(weights.of_item(item) for item in weights.items_of(kept))
    assert 0.5 < said / design_bytes < 2.5
    assert 0.3 < weights.of_anything(catalog) / catalog_bytes < 2.5  # what is expanded meanwhile is remembered, too


def test_a_state_after_an_edit_weighs_what_it_changed() -> None:
    design = large()
    memory = Memory(64 << 20)
    memory.put(1, design, weights.of_design(design), weights.items_of(design), weights.of_item)
    whole = memory.bytes
    entity = design.entities[7]
    edit = edits.RenameAttribute(entity_id=entity.id, attribute_id=entity.attributes[0].id, name="other")
    after = edits.apply(design, edit)
    memory.put(2, after, weights.of_design(after), weights.items_of(after), weights.of_item)
    assert memory.bytes - whole < whole / 20
    long = edits.ChangeEntity(entity_id=entity.id, changes={"description": "x" * 90_000})
    longer = edits.apply(after, long)
    before = memory.bytes
    memory.put(3, longer, weights.of_design(longer), weights.items_of(longer), weights.of_item)
    assert memory.bytes - before > 90_000
