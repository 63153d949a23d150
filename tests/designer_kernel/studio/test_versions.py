"""Versions and the change log: written once, never lost, never taken for something else."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from designer_kernel.catalog import canonical
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.edits import ChangeAttribute, ChangeEntity, RenameAttribute, RenameEntity
from designer_kernel.design.lower import lower
from designer_kernel.design.parts import Check, Index, IndexKey
from designer_kernel.errors import DocumentError, UnknownObject
from designer_kernel.studio.change_log import ChangeLog
from designer_kernel.studio.comparing import Comparison
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.versions import VersionDamaged, Versions, hash_of
from tests.designer_kernel.studio.conftest import add, add_attribute, relate


def rename(session, entity_name, name, new):
    found = session.design.entity(entity_name)
    attribute = next(one for one in found.attributes if one.name == name)
    return RenameAttribute(entity_id=found.id, attribute_id=attribute.id, name=new)


def test_a_version_holds_the_design_and_what_it_means(session, monkeypatch):
    monkeypatch.setenv("DESIGNER_USER", "ada")
    version = session.save_version("as it began")
    assert (version.number, version.message, version.who) == (1, "as it began", "ada")
    assert version.when.tzinfo is not None
    assert version.design == session.design
    assert version.design_hash == hash_of(session.design)
    assert version.catalog_hash == canonical.content_hash(lower(session.design))
    assert version.path.parent == session.path.parent / "shop.versions"


def test_versions_are_counted_and_found_again(session):
    session.save_version("one")
    first = session.design
    session.apply(add("orders", "id bigint primary key"))
    session.save_version("two")
    found = list(ProjectSession(session.path).versions)
    assert [(one.number, one.message) for one in found] == [(1, "one"), (2, "two")]
    assert session.design_at(1) == first
    assert session.versions.of_design(first).number == 1
    assert session.versions.last.number == 2
    with pytest.raises(UnknownObject, match="no version 7") as caught:
        session.design_at(7)
    assert "1 to 2" in caught.value.mend


def test_a_project_without_versions_says_how_to_make_one(session):
    assert list(session.versions) == []
    assert session.versions.last is None
    with pytest.raises(UnknownObject) as caught:
        session.design_at(1)
    assert "save_version" in caught.value.mend


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"products"', '"customers"'),
        lambda text: text.replace('"message": "one"', '"message": "two"'),
        lambda _: "[]",
        lambda _: "",
    ],
    ids=["cut", "design", "message", "other", "empty"],
)
def test_a_damaged_version_is_told_and_the_others_are_read(session, damage):
    path = session.save_version("one").path
    session.save_version("two")
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(VersionDamaged) as caught:
        session.design_at(1)
    assert caught.value.where == str(path)
    assert "backup" in caught.value.mend
    assert session.versions.version(2).message == "two"


def test_a_version_under_another_number_is_told(session):
    path = session.save_version("one").path
    path.rename(path.with_name("0003.json"))
    with pytest.raises(VersionDamaged, match="it holds version 1"):
        session.design_at(3)


def test_a_newer_format_is_told(session):
    path = session.save_version("one").path
    data = json.loads(path.read_text(encoding="utf-8")) | {"format": 9}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(DocumentError, match="format 9"):
        session.design_at(1)


def test_threads_do_not_share_a_number(session):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: session.save_version(f"message {n}").number, range(16)))
    assert sorted(numbers) == list(range(1, 17))
    assert sorted(one.message for one in session.versions) == sorted(f"message {n}" for n in range(16))
    assert all(path.suffix == ".json" for path in session.versions.folder.iterdir())


def test_processes_do_not_share_a_number(session):
    program = textwrap.dedent(
        """
        import sys
        from designer_kernel.studio.project import ProjectSession
        session = ProjectSession(sys.argv[1])
        for _ in range(5):
            session.save_version("x")
        """
    )
    command = [sys.executable, "-c", program, str(session.path)]
    running = [subprocess.Popen(command, cwd=Path(__file__).parents[3]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [one.number for one in session.versions] == list(range(1, 11))


def test_a_folder_that_cannot_be_made_is_told(session):
    session.versions.folder.write_text("in the way", encoding="utf-8")
    with pytest.raises(DocumentError, match="cannot be written"):
        session.save_version("one")


def test_going_back_is_an_edit_that_can_be_undone(session):
    session.save_version("one")
    first = session.design
    session.apply(add("orders", "id bigint primary key"))
    second = session.design
    change = session.set_back(1)
    assert change is not None
    assert session.design == first
    assert session.history.undo_label == "back to version 1"
    session.undo()
    assert session.design == second
    session.set_back(1)
    assert session.set_back(1) is None


def test_the_change_log_tells_every_change_of_every_session(session, monkeypatch):
    monkeypatch.setenv("DESIGNER_USER", "ada")
    session.apply(add("orders", "id bigint primary key"))
    session.undo()
    monkeypatch.setenv("DESIGNER_USER", "bob")
    session.redo()
    other = ProjectSession(session.path)
    other.apply(add_attribute(other, "orders", "note text"))
    entries = list(session.change_log)
    assert [(one["who"], one["revision"], one["origin"], one["label"]) for one in entries] == [
        ("ada", 1, "edit", "add entity orders"),
        ("ada", 2, "undo", "add entity orders"),
        ("bob", 3, "redo", "add entity orders"),
        ("bob", 1, "edit", "add attribute note to orders"),
    ]
    assert entries[0]["edit"]["kind"] == "add_entity"
    assert entries[1]["edit"] is None


def test_the_change_log_is_only_appended_to(session):
    session.apply(add("orders", "id bigint primary key"))
    path = ChangeLog.beside(session.path).path
    before = path.read_bytes()
    session.apply(add("people", "id bigint primary key"))
    assert path.read_bytes().startswith(before)
    path.write_bytes(path.read_bytes() + b'{"revision": 9, "wh')  # a crash cut it off
    session.save_version("x")
    assert [one["revision"] for one in session.change_log] == [1, 2]


def test_a_log_that_cannot_be_written_stops_no_edit(session, caplog):
    session.change_log.path.mkdir()
    session.apply(add("orders", "id bigint primary key"))
    assert session.design.entity("orders")
    assert "cannot be written" in caplog.text


def test_a_comparison_tells_what_differs_in_words(session):
    session.apply(add("orders", "id bigint primary key", "note text"))
    session.apply(relate(session, "products", "orders"))
    session.save_version("one")
    session.apply(RenameEntity(entity_id=session.design.entity("orders").id, name="sales"))
    session.apply(rename(session, "products", "name", "title"))
    session.apply(add_attribute(session, "sales", "total numeric(10,2) not null"))
    session.apply(add("people", "id bigint primary key", "name text"))
    session.save_version("two")
    found = session.compare(1, 2)
    assert set(found.lines) == {
        "renamed: entity orders → sales",
        "renamed: attribute products.name → products.title",
        "added: attribute sales.total",
        "added: entity people",
    }
    assert str(found).splitlines()[0] == "version 1 → version 2"
    back = session.compare(2, 1)
    assert "removed: entity people" in back.lines
    assert "renamed: entity sales → orders" in back.lines
    assert not session.compare(2, 0)
    assert str(session.compare(2, 0)) == "version 2 → now: nothing differs"


def test_a_comparison_tells_values_and_draws(session):
    session.save_version("one")
    product = session.design.entity("products")
    name = next(one for one in product.attributes if one.name == "name")
    session.apply(
        ChangeAttribute(entity_id=product.id, attribute_id=name.id, changes={"data_type": "varchar", "length": 80})
    )
    session.apply(ChangeEntity(entity_id=product.id, changes={"description": "what is sold"}))
    found = session.compare(1, 0)
    assert set(found.lines) == {
        "changed: attribute products.name: data type text → varchar",
        "changed: attribute products.name: length nothing → 80",
        "changed: entity products: description nothing → what is sold",
    }
    assert found.picture.changed == 1


def test_what_has_no_name_is_told_by_what_it_is_about():
    note, index = Attribute(name="note", data_type="text"), Index(keys=(IndexKey(attribute="note"),))
    check = Check(expression="note <> ''")
    posts = Entity(name="posts", attributes=(note,), indexes=(index,), checks=(check,))
    renamed = posts.model_copy(
        update={
            "attributes": (note.model_copy(update={"name": "text"}),),
            "indexes": (index.model_copy(update={"keys": (IndexKey(attribute="text"),)}),),
            "checks": (),
        }
    )
    before = Design(name="blog", entities=(posts,))
    lines = Comparison(before, before.model_copy(update={"entities": (renamed,)})).lines
    assert "removed: check posts (note <> '')" in lines
    assert [line for line in lines if line.startswith("renamed")] == ["renamed: attribute posts.note → posts.text"]
    gone = posts.model_copy(update={"indexes": ()})
    assert Comparison(before, before.model_copy(update={"entities": (gone,)})).lines == ("removed: index posts (note)",)


def test_a_comparison_gives_the_sql_that_leads_there(session, server):
    session.save_version("one")
    session.apply(rename(session, "products", "name", "title"))
    assert "RENAME COLUMN name TO title" in session.compare(1, 0).sql()


def test_versions_are_beside_their_file(tmp_path):
    assert Versions.beside(tmp_path / "shop.design.yaml").folder == tmp_path / "shop.versions"
    assert Versions.beside(tmp_path / "shop.json").folder == tmp_path / "shop.versions"
