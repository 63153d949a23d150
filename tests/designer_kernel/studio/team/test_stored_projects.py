"""Projects that a team shares: made, found, named, removed, taken in and out."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.pool import QueuePool

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, Relationship, document, edits
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError
from designer_kernel.store.tables import projects as tables
from designer_kernel.studio.exports import NOTATIONS
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in

Person = Callable[[str], Actor]


@pytest.fixture
def shop(team: Team, ada: Actor) -> UUID:
    return team.do(ada, workspaces.create, "shop").id


def fresh(team: Team, actor: Actor, project: UUID, revision: int | None = None) -> Design:
    """Return a design as the store has it, not as this process remembers it."""
    DESIGNS.forget(project)
    return team.do(actor, projects.read, project, revision).design


def test_a_project_holds_a_template_and_says_what_it_is(team: Team, ada: Actor, shop: UUID) -> None:
    made = team.do(ada, projects.create, shop, "market", "what we sell", template="marketplace")
    assert (made.name, made.description, made.revision, made.owner) == ("market", "what we sell", 1, ada.user)
    assert made.target_database_type == "PostgreSQL"
    design = fresh(team, ada, made.id)
    assert {e.name for e in design.entities} == {e.name for e in templates.load("marketplace").entities}
    assert team.do(ada, projects.accessible) == [made]
    assert team.do(ada, projects.named, shop, "market") == made
    with team.store.transaction() as session:
        counted = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (tables.Entity, tables.Attribute, tables.Relationship)
        }
    assert counted == {
        "entities": len(design.entities),
        "attributes": sum(len(e.attributes) for e in design.entities),
        "relationships": len(design.relationships),
    }


@pytest.mark.parametrize("name", templates.names())
def test_what_goes_in_from_a_file_comes_out_to_one(team: Team, ada: Actor, shop: UUID, name: str) -> None:
    design = templates.load(name)
    one = team.do(ada, projects.create, shop, design=design)
    other = team.do(ada, projects.create, shop, "another", design=design)  # the same items twice in one store
    assert fresh(team, ada, one.id) == design
    assert team.do(ada, projects.export, one.id, "yaml").written().text == document.to_yaml(design)
    assert fresh(team, ada, other.id) == design.replace(name="another")


def test_it_is_written_in_every_notation(team: Team, ada: Actor, shop: UUID) -> None:
    made = team.do(ada, projects.create, shop, "blog", template="blog")
    for notation in NOTATIONS:
        assert "posts" in team.do(ada, projects.export, made.id, notation).written().text
    with pytest.raises(DesignerError, match="no notation"):
        team.do(ada, projects.export, made.id, "cobol")


def test_no_transaction_waits_while_a_design_is_written(
    team: Team, ada: Actor, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = team.do(ada, projects.create, shop, "blog", template="blog")
    pool, in_use = team.store.engine.pool, []
    assert isinstance(pool, QueuePool)
    for module in ("designer_kernel.design.lower.lower", "designer_kernel.diagram.picture.picture"):
        work = pkgutil.resolve_name(module)

        def watched(*given: Any, work: Any = work, **more: Any) -> Any:
            in_use.append(pool.checkedout())
            return work(*given, **more)

        monkeypatch.setattr(module, watched)
    for notation in ("sql", "svg"):
        assert "posts" in team.do(ada, projects.export, made.id, notation).written().text
    assert in_use
    assert set(in_use) == {0}


def test_columns_say_what_the_design_says(team: Team, ada: Actor, shop: UUID) -> None:
    email = Attribute(name="email", data_type="varchar(255)", is_nullable=False, is_unique=True)
    price = Attribute(name="price", data_type="numeric(10,2)", default_value="0")
    users = Entity(name="users", description="who buys", attributes=(email, price))
    root = Entity(name="root", is_abstract=True)
    orders = Entity(name="orders")
    bond = Relationship(source_entity_id=users.id, target_entity_id=orders.id, on_delete_action="CASCADE")
    design = Design(name="d", entities=(users, root, orders), relationships=(bond,))
    made = team.do(ada, projects.create, shop, design=design)
    with team.store.transaction() as session:
        entities = {e.name: e for e in session.scalars(select(tables.Entity))}
        attributes = {a.name: a for a in session.scalars(select(tables.Attribute))}
        between = session.scalars(select(tables.Relationship)).one()
    assert (entities["users"].description, entities["root"].is_abstract) == ("who buys", True)
    one, two = attributes["email"], attributes["price"]
    assert (one.data_type, one.length, one.is_nullable, one.is_unique, one.ordinal) == (
        "character varying",
        255,
        False,
        True,
        0,
    )
    assert (two.precision, two.scale, two.default_value, two.is_nullable, two.ordinal) == (10, 2, "0", True, 1)
    assert (between.relationship_type, between.source_cardinality, between.target_cardinality) == (
        "ONE_TO_MANY",
        "1",
        "N",
    )
    assert (between.on_delete_action, between.on_update_action) == ("CASCADE", "NO ACTION")
    edit = edits.ChangeAttribute(entity_id=users.id, attribute_id=email.id, changes={"is_unique": False})
    team.do(ada, team_edits.apply, made.id, edit)
    with team.store.transaction() as session:
        changed = session.scalars(select(tables.Attribute).where(tables.Attribute.name == "email")).one()
    assert (changed.is_unique, changed.updated_at > changed.created_at) == (False, True)


def test_names_differ_within_a_workspace(team: Team, ada: Actor, shop: UUID) -> None:
    first = team.do(ada, projects.create, shop, "one")
    second = team.do(ada, projects.create, shop, "two")
    with pytest.raises(AlreadyThere):
        team.do(ada, projects.create, shop, "one")
    with pytest.raises(AlreadyThere):
        team.do(ada, projects.describe, second.id, name="one")
    for name in ("", "x" * 64, "a\x00b"):
        with pytest.raises(BadInput):
            team.do(ada, projects.create, shop, name)
        with pytest.raises(BadInput):
            team.do(ada, projects.describe, first.id, name=name)
    changed = team.do(ada, projects.describe, second.id, name="drei", description="new")
    assert (changed.name, changed.description, changed.revision) == ("drei", "new", 2)
    assert team.do(ada, projects.describe, second.id, name="drei").revision == 2  # nothing to change
    assert fresh(team, ada, second.id).name == "drei"
    team.do(ada, team_edits.undo, second.id)
    assert team.do(ada, projects.show, second.id).name == "two"
    team.do(ada, projects.create, team.do(ada, workspaces.create, "other").id, "one")


def test_strangers_see_nothing_and_viewers_only_look(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    made = team.do(ada, projects.create, shop, "one").id
    asked = [
        lambda: team.do(bob, projects.show, made),
        lambda: team.do(bob, projects.read, made),
        lambda: team.do(bob, projects.export, made, "sql"),
        lambda: team.do(bob, projects.accessible, workspace=shop),
        lambda: team.do(bob, team_edits.changes, made),
        lambda: team.do(ada, projects.show, new_id()),
    ]
    changing = [
        lambda: team.do(bob, projects.create, shop, "two"),
        lambda: team.do(bob, projects.describe, made, name="x"),
        lambda: team.do(bob, projects.remove, made),
        lambda: team.do(bob, team_edits.undo, made),
        lambda: team.do(bob, team_edits.apply, made, edits.AddEntity(entity=Entity(name="e"))),
    ]
    for one in asked + changing:
        with pytest.raises(NotFound):
            one()
    assert team.do(bob, projects.accessible) == []
    let_in(team, ada, shop, "bob", "viewer")
    for one in asked[:-1]:
        one()
    for one in changing:
        with pytest.raises(NotAllowed):
            one()
    assert team.do(ada, projects.show, made).revision == 1


def test_a_removed_project_leaves_nothing(team: Team, ada: Actor, shop: UUID) -> None:
    made = team.do(ada, projects.create, shop, "market", template="marketplace").id
    team.do(ada, projects.remove, made)
    with pytest.raises(NotFound):
        team.do(ada, projects.read, made)
    with team.store.transaction() as session:
        for table in (tables.Entity, tables.Attribute, tables.Relationship, tables.DesignObject, tables.Change):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    other = team.do(ada, projects.create, shop, "market", template="marketplace")
    team.do(ada, workspaces.remove, shop)
    with pytest.raises(NotFound):
        team.do(ada, projects.show, other.id)


def test_lists_go_on_where_they_ended(team: Team, ada: Actor, shop: UUID) -> None:
    made = [team.do(ada, projects.create, shop, f"p{n}") for n in range(5)]
    first = team.do(ada, projects.accessible, limit=2)
    rest = team.do(ada, projects.accessible, after=first[-1].id)
    assert first + rest == made


def test_a_large_design_is_read_by_one_statement(team: Team, ada: Actor, shop: UUID) -> None:
    entities = tuple(
        Entity(name=f"e{n}", attributes=tuple(Attribute(name=f"a{m}", data_type="text") for m in range(5)))
        for n in range(1000)
    )
    bonds = tuple(Relationship(source_entity_id=one.id, target_entity_id=other.id) for one, other in pairwise(entities))
    design = Design(name="large", entities=entities, relationships=bonds)
    made = team.do(ada, projects.create, shop, design=design).id
    statements: list[str] = []
    event.listen(team.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert fresh(team, ada, made) == design
    assert len([one for one in statements if "entities" in one]) == 1
    assert len(statements) < 10
    edit = edits.RenameEntity(entity_id=entities[0].id, name="other")
    statements.clear()
    team.do(ada, team_edits.apply, made, edit)
    written = [one for one in statements if "INSERT INTO designer." in one or "DELETE FROM designer." in one]
    assert [one.split("designer.")[1].split()[0] for one in written if "audit" not in one] == ["entities", "changes"]
    assert fresh(team, ada, made).entities[0].name == "other"


@pytest.mark.older
def test_on_an_older_server(older_team: Team) -> None:
    from tests.designer_kernel.studio.team.conftest import registered

    actor = registered(older_team, "ada")
    shop = older_team.do(actor, workspaces.create, "shop").id
    design = templates.load("marketplace")
    made = older_team.do(actor, projects.create, shop, design=design).id
    entity = design.entity("notifications")
    older_team.do(actor, team_edits.apply, made, edits.RemoveEntity(entity_id=entity.id))
    assert fresh(older_team, actor, made, 1) == design
    older_team.do(actor, team_edits.undo, made)
    assert fresh(older_team, actor, made) == design
