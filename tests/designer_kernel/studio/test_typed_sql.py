"""SQL while it is typed: what the grammar says of it with its place, and PostgreSQL in the scope of an entity."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.identity import new_id
from designer_kernel.design.objects import Enum
from designer_kernel.postgres import shadow, target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.objections import Use
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio import typed_sql
from designer_kernel.studio.typed_sql import Piece, Slip, Verdict


@pytest.fixture(scope="module")
def design() -> Design:
    """An entity in a schema of its own, with a type of another one, beside an entity that no server takes."""
    attributes = (
        Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False),
        Attribute(name="price", data_type="numeric(10,2)"),
        Attribute(name="status", data_type="kinds.status"),
        Attribute(name="價 x", data_type="text"),
        Attribute(name="twice", data_type="numeric", generated="price * 2"),
    )
    orders = Entity(name="Orders", schema_name="shop", attributes=attributes)
    users = Entity(name="users", attributes=(attributes[0].replace(id=new_id()),))
    broken = Entity(name="broken", attributes=(Attribute(name="a", data_type="no_such_type"),))
    base = Entity(name="base", is_abstract=True, attributes=(attributes[1].replace(id=new_id()),))
    status = Enum(name="status", schema_name="kinds", labels=("new", "paid"))
    return Design(name="shop", entities=(orders, users, broken, base), enums=(status,))


@pytest.mark.parametrize(
    ("piece", "text", "place"),
    [
        ("expression", "a > 0", None),
        ("expression", "  ", None),
        ("expression", "a > ) 3", (4, 5)),
        ("expression", "'價' > ) 3", (6, 7)),
        ("expression", "now(", (4, 4)),
        ("type", "numeric(12,2)", None),
        ("type", "varchar(", (8, 8)),
        ("bound", "FOR VALUES IN (1, 2)", None),
        ("bound", "FOR VALUES IN 1", (14, 15)),
        ("function", "shop.touch", None),
    ],
)
def test_the_grammar_says_where_a_slip_is(piece: Piece, text: str, place: tuple[int, int] | None) -> None:
    slip = typed_sql.read(piece, text)
    assert (slip.place if slip else None) == place
    assert (slip is None) == (place is None)


def test_what_is_more_than_one_expression_is_told_without_a_place() -> None:
    for text in ("a, b", "1; drop table x", "a > 0), add column x int, add check (true", "*"):
        slip = typed_sql.read("expression", text)
        assert slip is not None
        assert slip.what


def asked(design: Design, name: str, use: Use, text: str, attribute: str = "") -> Verdict:
    entity = design.entity(name)
    key: UUID | None = next((a.id for a in entity.attributes if a.name == attribute), None)
    return typed_sql.judged(design, entity.id, use, text, key)


@pytest.fixture
def nothing_stays(server: EmbeddedServer) -> Iterator[None]:
    """No scratch database is left."""
    yield
    with connect(server.url(), autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [shadow.PREFIX])
        assert found.fetchall() == []


@pytest.mark.usefixtures("nothing_stays")
def test_postgresql_judges_with_the_columns_and_types_of_the_design(design: Design) -> None:
    fine: list[tuple[Use, str, str]] = [
        ("default", "'new'", "status"),
        ("generated", "price * 3", "twice"),
        ("check", "status = 'paid' OR \"價 x\" <> ''", ""),
        ("key", 'lower("價 x")', ""),
        ("using", "id IN (SELECT users.id FROM users)", ""),
        ("condition", "OLD.status <> NEW.status", ""),
    ]
    for use, text, attribute in fine:
        assert asked(design, "shop.Orders", use, text, attribute) == Verdict("PostgreSQL 18"), text
    wrong: list[tuple[Use, str, str, str, tuple[int, int] | None]] = [
        ("default", "'lost'", "status", 'invalid input value for enum kinds.status: "lost"', (1, 5)),
        ("check", "'價' = prize", "", 'column "prize" does not exist', (6, 11)),
        ("predicate", "price + 1", "", "argument of WHERE must be type boolean, not type numeric", (0, 5)),
        ("key", "now()", "", "functions in index expression must be marked IMMUTABLE", None),
        ("with check", "lowr(status)", "", "function lowr(kinds.status) does not exist", (0, 4)),
    ]
    for use, text, attribute, what, place in wrong:
        slip = asked(design, "shop.Orders", use, text, attribute).slip
        assert slip is not None, text
        assert (slip.what, slip.place) == (what, place)


def test_who_was_not_asked_is_said(design: Design, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(design, "base", "check", "price > 0") == Verdict("", why="an abstract entity has no table")
    said = asked(design, "broken", "check", "a > 0")
    assert (said.judge, said.slip) == ("", None)
    assert "no_such_type" in said.why
    monkeypatch.setattr(target, "is_at_hand", lambda: False)
    assert asked(design, "users", "check", "id > 0") == Verdict("", why=typed_sql.NOT_STARTED)
    assert asked(design, "users", "check", "id >").slip == Slip("syntax error at end of input", "", (4, 4))
