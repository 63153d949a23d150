"""Catalogs and layouts of designs: made once for each content, the same from either level, forgotten in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from designer_kernel import templates
from designer_kernel.catalog import render
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design import edits as of_designs
from designer_kernel.design.lower import lower
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.diagram.picture import picture
from designer_kernel.errors import DesignerError
from designer_kernel.studio.team import edits, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.caching import derived
from designer_kernel.studio.team.caching.cache import Cache, Kind
from designer_kernel.studio.team.caching.derived import CATALOG, LAYOUT
from designer_kernel.studio.team.caching.hearing import heard, keep_fresh
from designer_kernel.studio.team.caching.remote import Remote
from designer_kernel.studio.team.listening import Listener, News
from designer_kernel.studio.team.team import Team
from tests.strategies import designs

Process = Callable[[Remote | None], Cache]
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def never() -> None:
    raise AssertionError("it is known already")


@pytest.mark.parametrize("name", templates.names())
def test_another_process_gets_the_very_same(name: str, remote: Remote, process: Process) -> None:
    design = templates.load(name)
    process(remote)
    derived.lowered(design)
    derived.drawn(design)
    other = process(remote)
    assert other.get(CATALOG, derived.content_hash(design)) is None
    found = other.made(CATALOG, derived.content_hash(design), make=never)
    assert list(found.items()) == list(lower(design).items())
    assert render.script(found, title=name).text == render.script(lower(design), title=name).text
    assert other.made(LAYOUT, derived.content_hash(design), make=never) == picture(design)


def test_any_layout_and_catalog_comes_back() -> None:
    @QUICK
    @given(designs())
    def law(design: Design) -> None:
        drawn = picture(design)
        assert LAYOUT.read(LAYOUT.write(drawn)) == drawn
        try:
            catalog = lower(design)
        except DesignerError:
            return
        assert list(CATALOG.read(CATALOG.write(catalog)).items()) == list(catalog.items())

    law()


def test_content_tells_designs_apart() -> None:
    one = Design(name="d", entities=(Entity(name="e", attributes=(Attribute(name="a", data_type="text"),)),))
    same = Design.model_validate_json(one.model_dump_json())
    assert derived.content_hash(one) == derived.content_hash(same)
    hints = [SampleHints.model_validate({"tables": {"e": {"columns": {"a": {"x": x}}}}}) for x in ("1", None, 1)]
    others = [one.replace(sample=hint) for hint in hints] + [one.replace(description="x"), one]
    assert len({derived.content_hash(design) for design in others}) == 5


def test_one_thread_makes_it_and_the_others_wait(process: Process) -> None:
    cache, made, found = process(None), [], []
    kind = Kind("text", write=str.encode, read=bytes.decode)

    def make() -> str:
        made.append(1)
        time.sleep(0.1)
        return "value"

    threads = [threading.Thread(target=lambda: found.append(cache.made(kind, "k", make=make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, found) == ([1], ["value"] * 8)
    assert cache._making == {}


def test_what_cannot_be_made_is_not_kept(process: Process) -> None:
    cache = process(None)
    one, other = (Entity(name=name, attributes=(Attribute(name="a", data_type="text"),)) for name in "ab")
    keyless = Design(
        name="d",
        entities=(one, other),
        relationships=(Relationship(source_entity_id=one.id, target_entity_id=other.id),),
    )
    for _ in range(2):
        with pytest.raises(DesignerError):
            derived.lowered(keyless)
    assert (len(cache.memory), cache._making) == (0, {})


def test_an_export_is_made_once_and_forgotten_when_the_project_changes(
    team: Team, ada: Actor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = process(None)
    listener = Listener(team.store)
    stop = keep_fresh(listener)
    told: list[UUID] = []
    listener.hear(lambda news: told.append(news.id))
    try:
        assert listener.wait(10)
        shop = team.do(ada, workspaces.create, "shop").id
        project = team.do(ada, projects.create, shop, "market", template="blog").id
        wait_until(lambda: project in told)  # else the word of its creation takes away what is made now
        texts = {to: team.do(ada, projects.export, project, to).written().text for to in ("sql", "svg")}
        with monkeypatch.context() as patch:
            for module in ("designer_kernel.design.lower.lower", "designer_kernel.diagram.picture.picture"):
                patch.setattr(module, never)
            assert {to: team.do(ada, projects.export, project, to).written().text for to in ("sql", "svg")} == texts
        keys = {key[0] for key in cache.memory._held}
        assert keys == {"design", "catalog", "layout"}
        edit = of_designs.AddEntity(entity=Entity(name="news"))
        team.do(ada, edits.apply, project, edit)
        wait_until(lambda: {key[0] for key in cache.memory._held} == {"design"})
        assert "news" in team.do(ada, projects.export, project, "sql").written().text
        team.do(ada, projects.remove, project)
        wait_until(lambda: len(cache.memory) == 0)
    finally:
        stop()
        listener.stop()


def test_made_up_news_cost_time_alone(team: Team, ada: Actor, process: Process) -> None:
    process(None)
    shop = team.do(ada, workspaces.create, "shop").id
    project = team.do(ada, projects.create, shop, "market", template="blog").id
    text = team.do(ada, projects.export, project, "sql").written().text
    for news in (
        News("project", project, "mallory", revision=999),
        News("project", project, "mallory", is_removed=True),
        News("project", UUID(int=0), "mallory", is_removed=True),
        News("else", project, "mallory", is_removed=True),
    ):
        heard(news)
        assert team.do(ada, projects.export, project, "sql").written().text == text


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
