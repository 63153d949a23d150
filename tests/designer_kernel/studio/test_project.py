from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from designer_kernel.design import Design, Relationship, document
from designer_kernel.design.edits import MoveNodes, RemoveEntity, RenameAttribute, RenameEntity
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, DocumentError, EditConflict, InvalidDesign, UnknownObject
from designer_kernel.studio.design_file import FileChanged
from designer_kernel.studio.opening import open_session
from designer_kernel.studio.project import REMEMBERED, ProjectSession
from tests.designer_kernel.studio.conftest import add, add_attribute, entity, relate


def names(session):
    return [entity.name for entity in session.design.entities]


def in_file(session):
    return document.load(session.path)


def test_every_change_is_in_the_file_at_once(session):
    change = session.apply(add("orders", "id bigint primary key"))
    assert change.revision == session.revision == 1
    assert in_file(session) == session.design == change.design
    assert names(session) == ["products", "orders"]


def test_a_project_without_a_file_must_be_given_a_design(tmp_path):
    with pytest.raises(DesignerError, match="no such project") as caught:
        ProjectSession(tmp_path / "none.design.yaml")
    assert "dk.new" in caught.value.mend


def test_undo_and_redo_change_file_and_revision(session):
    first = session.design
    session.apply(add("orders", "id bigint primary key"))
    second = session.design
    assert session.undo().design == first == in_file(session)
    assert session.redo().design == second == in_file(session)
    assert session.revision == 3
    assert session.redo() is None


def test_a_refused_edit_changes_nothing(session):
    before, content = session.design, session.path.read_bytes()
    with pytest.raises(DesignerError):
        session.apply(add("products", "id bigint primary key"))
    with pytest.raises(UnknownObject):
        session.apply(RemoveEntity(entity_id=Design(name="x").id))
    assert (session.design, session.revision, session.path.read_bytes()) == (before, 0, content)
    assert not session.history.can_undo


def test_an_edit_that_cannot_be_kept_is_not_made(session, monkeypatch):
    before = session.design
    session.apply(add("orders", "id bigint primary key"))

    def full(*arguments, **options):
        raise DocumentError("the file cannot be written: no space left", mend="free some space")

    monkeypatch.setattr(document, "save", full)
    for change in (lambda: session.apply(add("more", "id int primary key")), session.undo):
        with pytest.raises(DocumentError, match="no space left"):
            change()
    assert names(session) == ["products", "orders"]
    monkeypatch.undo()
    assert session.undo().design == before
    assert session.redo() is not None


def test_an_edit_may_not_make_the_design_contradict_itself(session):
    session.apply(add("keyless", "note text"))
    with pytest.raises(InvalidDesign, match="no primary key"):
        session.apply(relate(session, "keyless", "products"))
    assert session.design.relationships == ()


def test_a_file_that_contradicts_itself_is_mended_edit_by_edit(tmp_path):
    entities = tuple(entity(name, "note text") for name in ("a", "b", "c"))
    ends = ((0, 2), (1, 2))
    relationships = tuple(
        Relationship(source_entity_id=entities[s].id, target_entity_id=entities[t].id) for s, t in ends
    )
    session = ProjectSession(tmp_path / "x.yaml", Design(name="x", entities=entities, relationships=relationships))
    session.apply(add_attribute(session, "a", "id bigint primary key"))
    with pytest.raises(InvalidDesign):
        session.ddl()
    session.apply(add_attribute(session, "b", "id bigint primary key"))
    assert "REFERENCES public.b" in session.ddl().text


# two authors


def test_edits_of_different_things_are_merged(session):
    base = session.revision
    session.apply(add_attribute(session, "products", "price numeric(10,2)"), base_revision=base)
    session.apply(add_attribute(session, "products", "sku text"), base_revision=base)
    session.apply(add("orders", "id bigint primary key"), base_revision=base)
    assert [a.name for a in session.design.entity("products").attributes] == ["id", "name", "price", "sku"]
    assert session.revision == 3


def test_edits_of_the_same_thing_conflict_and_name_both_sides(session):
    products = session.design.entity("products")
    name = products.attribute("name")
    session.apply(RenameAttribute(entity_id=products.id, attribute_id=name.id, name="title"))
    with pytest.raises(EditConflict, match=r"rename_attribute.*attribute title") as caught:
        session.apply(RenameAttribute(entity_id=products.id, attribute_id=name.id, name="label"), base_revision=0)
    assert caught.value.mend
    assert session.design.entity("products").attribute("title")


def test_an_edit_of_what_was_removed_conflicts(session):
    stale = add_attribute(session, "products", "price numeric")
    session.apply(RemoveEntity(entity_id=session.design.entity("products").id))
    with pytest.raises(EditConflict, match="entity products"):
        session.apply(stale, base_revision=0)


def test_a_removal_does_not_take_along_what_its_author_never_saw(session):
    products = session.design.entity("products")
    session.apply(add_attribute(session, "products", "price numeric"))
    with pytest.raises(EditConflict, match="price"):
        session.apply(RemoveEntity(entity_id=products.id), base_revision=0)
    assert names(session) == ["products"]


def test_moving_a_card_never_conflicts_with_editing_it(session):
    products = session.design.entity("products").id
    session.apply(RenameEntity(entity_id=products, name="goods"))
    session.apply(MoveNodes(positions={products: Position(x=10, y=20)}), base_revision=0)
    moved = session.design.entity("goods")
    assert (moved.position.x, moved.position.y) == (10, 20)


def test_a_revision_that_is_forgotten_or_never_was_is_a_conflict(session):
    session._revisions.pop(0)  # as after REMEMBERED more changes
    session.apply(add("orders", "id bigint primary key"))
    for unknown in (0, 99, -1):
        with pytest.raises(EditConflict, match="not known"):
            session.apply(add("more", "id bigint primary key"), base_revision=unknown)
    assert REMEMBERED > 100


def test_many_threads_lose_no_edit(session):
    seen = []
    session.subscribe(lambda change: seen.append(change.revision))
    with ThreadPoolExecutor(8) as pool:
        changes = list(
            pool.map(lambda n: session.apply(add(f"e{n}", "id int primary key"), base_revision=0), range(24))
        )
    assert sorted(change.revision for change in changes) == seen == list(range(1, 25))
    assert len(in_file(session).entities) == 25


# subscribers


def test_a_failing_subscriber_costs_no_other_its_message(session, caplog):
    told = []
    session.subscribe(lambda change: 1 / 0)
    session.subscribe(lambda change: told.append((change.revision, change.origin, change.edit and change.edit.kind)))
    session.apply(add("orders", "id bigint primary key"))
    session.undo()
    assert told == [(1, "edit", "add_entity"), (2, "undo", None)]
    assert "ZeroDivisionError" in caplog.text


def test_unsubscribing_ends_it_and_may_be_repeated(session):
    told = []
    unsubscribe = session.subscribe(told.append)
    unsubscribe()
    unsubscribe()
    session.apply(add("orders", "id bigint primary key"))
    assert told == []


def test_a_change_made_by_a_subscriber_is_told_in_order(session):
    first, second = [], []

    def answer(change):
        first.append(change.revision)
        if change.revision == 1:
            session.apply(add("answers", "id bigint primary key"))

    session.subscribe(answer)
    session.subscribe(lambda change: second.append(change.revision))
    session.apply(add("orders", "id bigint primary key"))
    assert first == second == [1, 2]


# the file


def test_someone_elses_change_is_never_overwritten(session):
    theirs = session.path.read_text().replace("name: shop", "name: market", 1)
    session.path.write_text(theirs)
    assert session.is_changed_on_disk
    with pytest.raises(FileChanged, match="someone else") as caught:
        session.apply(add("orders", "id bigint primary key"))
    assert "reload" in caught.value.mend
    assert session.path.read_text() == theirs
    assert session.revision == 0


def test_reload_takes_their_version_and_tells(session):
    told = []
    session.subscribe(told.append)
    session.path.write_text(session.path.read_text().replace("name: shop", "name: market", 1))
    change = session.reload()
    assert (change.origin, session.name, [c.origin for c in told]) == ("reload", "market", ["reload"])
    assert session.reload() is None
    session.apply(add("orders", "id bigint primary key"))


def test_a_broken_file_is_refused_and_the_project_stays(session):
    session.path.write_text("name: [")
    with pytest.raises(DocumentError) as caught:
        session.reload()
    assert caught.value.where.startswith("shop.design.yaml:")
    assert session.name == "shop"


def test_a_deleted_file_comes_back_with_the_next_change(session):
    session.path.unlink()
    session.apply(add("orders", "id bigint primary key"))
    assert in_file(session) == session.design


def test_a_file_is_opened_itself_after_its_session_went_on_elsewhere(tmp_path):
    first = tmp_path / "first.design.yaml"
    moved = open_session(first, lambda name: Design(name=name))
    moved.save_as(tmp_path / "second.design.yaml")
    moved.apply(add("later", "id bigint primary key"))
    again = open_session(first)
    assert again is not moved
    assert again.path == first
    assert again.design.entities == ()
    assert open_session(tmp_path / "second.design.yaml") is moved


def test_a_file_that_was_deleted_and_made_again_belongs_to_who_made_it(tmp_path):
    path = tmp_path / "shop.design.yaml"
    first = open_session(path, lambda name: Design(name=name))
    path.unlink()
    second = open_session(path, lambda name: Design(name=name))
    assert second is not first
    assert all(open_session(path) is second for _ in range(3))


def test_save_as_goes_on_elsewhere_and_overwrites_nothing(session, tmp_path):
    first = session.path
    other = session.save_as(tmp_path / "copy.design.yaml")
    session.apply(add("orders", "id bigint primary key"))
    assert len(document.load(other).entities) == 2
    assert len(document.load(first).entities) == 1
    with pytest.raises(DesignerError, match="already"):
        session.save_as(first)


def test_one_file_is_one_session_while_it_is_open(tmp_path):
    path = tmp_path / "shop.design.yaml"
    one = open_session(path, lambda name: Design(name=name))
    assert open_session(str(path)) is one
    path.write_text(path.read_text().replace("name: shop", "name: market", 1))
    assert open_session(path).name == one.name == "market"
    del one
    gc.collect()
    assert open_session(path).revision == 0


# what follows


def test_what_follows_is_computed_once_per_revision(session):
    assert session.ddl() is session.ddl()
    before = session.ddl()
    session.apply(add("orders", "id bigint primary key"))
    assert session.ddl() is not before
    assert "CREATE TABLE public.orders" in session.ddl().text


def test_adding_an_entity_moves_no_other(session):
    session.apply(add("orders", "id bigint primary key"))
    before = session.picture().positions()
    session.apply(add("customers", "id bigint primary key"))
    after = session.picture().positions()
    assert {key: after[key] for key in before} == before
    assert len(after) == 3


def test_a_card_that_comes_back_returns_to_its_place(session):
    session.apply(add("orders", "id bigint primary key"))
    before = session.picture().positions()
    session.undo()
    session.picture()
    session.redo()
    assert session.picture().positions() == before


def test_the_lock_is_held_while_telling_so_that_readers_see_one_revision(session):
    entered = threading.Event()
    session.subscribe(lambda change: entered.wait(0.05))
    worker = threading.Thread(target=session.apply, args=(add("orders", "id bigint primary key"),))
    with session.lock:
        worker.start()
        worker.join(0.05)
        assert session.revision == 0
    worker.join()
    assert session.revision == 1
