"""Projects as wholes: which there are, how they stand, and what is done with them."""

from __future__ import annotations

import os

import pytest

from designer_kernel.errors import DesignerError, InvalidDesign, InvalidIdentifier
from designer_kernel.studio import project_list, script_parts
from designer_kernel.studio.deployed import NotDeployed
from tests.designer_kernel.studio.conftest import add, add_attribute


@pytest.fixture(autouse=True)
def own_directory(tmp_path, monkeypatch):
    monkeypatch.setattr(project_list, "data_directory", lambda: tmp_path / "data")


def told(session):
    return [(one.name, one.status) for one in project_list.files_here(session)]


def test_files_are_listed_as_they_stand(session, tmp_path):
    assert told(session) == [("shop", "saved")]
    project_list.made("blog")
    assert told(session) == [("blog", "saved"), ("shop", "saved")]
    session.save_version("deployed to shop")
    assert dict(told(session))["shop"] == "deployed"
    session.apply(add("orders", "id bigint primary key"))
    later = session.path.stat().st_mtime + 5
    os.utime(session.path, (later, later))
    assert dict(told(session))["shop"] == "changed"
    (tmp_path / "broken.design.yaml").write_bytes(b"\xff\xfe{")
    assert ("broken", "saved") in told(session)


def test_a_copy_is_another_design_and_what_is_removed_can_come_back(session):
    copy = project_list.duplicated(session.place, "second")
    assert copy.path.parent == session.path.parent
    assert (copy.design.id != session.design.id, copy.design.entities) == (True, session.design.entities)
    with pytest.raises(DesignerError, match="of this name already"):
        project_list.made("second", beside=session)
    with pytest.raises(DesignerError, match="cannot name a file"):
        project_list.duplicated(session.place, "a/b")
    for bad in ("ü" * 40, "a\0b"):
        for refused in (project_list.made, lambda name: project_list.duplicated(session.place, name)):
            with pytest.raises(InvalidIdentifier):
                refused(bad)
    project_list.renamed(copy.place, 'a "b" \\ c')
    assert dict(told(session)).keys() == {"shop", 'a "b" \\ c'}
    project_list.renamed(copy.place, "third")
    assert (copy.name, copy.history.can_undo) == ("third", True)
    copy.save_version("kept")
    place = copy.place
    assert "moved back" in project_list.removed(place)
    assert told(session) == [("shop", "saved")]
    (folder,) = (session.path.parent / "removed").iterdir()
    there = {one.name for one in folder.iterdir()}
    assert there == {"second.design.yaml", "second.changes.jsonl", "second.versions"}
    with pytest.raises(DesignerError, match="no such project"):
        project_list.opened(place)


def test_parts_of_the_script_and_what_has_changed_in_it(session, tmp_path):
    session.apply(add("orders", "id bigint primary key"))
    first, second = session.design.entities
    text = script_parts.of_entities(session, [second.id]).text
    assert "public.orders" in text
    assert "public.products" not in text
    with pytest.raises(DesignerError, match="no such entity"):
        script_parts.of_entities(session, [session.design.id])
    session.apply(add("draft").replace(entity=add("draft").entity.replace(is_abstract=True)))
    with pytest.raises(InvalidDesign, match="no table is created"):
        script_parts.of_entities(session, [session.design.entity("draft").id])
    place = f"parts_{tmp_path.name.replace('-', '_')}"[:60]
    session.target = place
    with pytest.raises(NotDeployed):
        script_parts.since_deployed(session, place)
    session.deploy()
    assert script_parts.since_deployed(session, place).pieces == ()
    session.apply(add_attribute(session, "orders", "total numeric"))
    (piece,) = script_parts.since_deployed(session, place).pieces
    assert [line.text.split()[:2] for line in piece if line.what == "added"] == [["total", "numeric,"]]
    assert script_parts.since_deployed(session, place, [first.id]).pieces == ()
