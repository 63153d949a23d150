"""Lines between cards: what they mean in the design, in one change that one undo takes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designer_kernel.design import Design, Entity
from designer_kernel.design.expansion import expand
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking


def entity(name: str, *lines: str) -> Entity:
    return Entity(name=name, attributes=tuple(map(parse_line, lines)))


SHOP = Design(
    name="shop",
    entities=(
        entity("customers", "id bigint primary key", "code varchar(9) unique", "name text"),
        entity("orders", "tenant int primary key", "number int primary key", "buyer bigint", "name text"),
        entity("lines", "id bigint primary key", "order_number int", "order_tenant int", "customer_id bigint not null"),
    ),
)


class Pen:
    """Draws lines by names."""

    def __init__(self, path: Path) -> None:
        self.asking = Asking(ProjectSession(path, SHOP))

    @property
    def design(self) -> Design:
        return self.asking.session.design

    def row(self, place: str) -> tuple[str, str | None]:
        name, _, attribute = place.partition(".")
        found = expand(self.design).design.entity(name)
        return str(found.id), str(found.attribute(attribute).id) if attribute else None

    def draw(self, source: str, target: str = "", **more: Any) -> dict[str, Any]:
        """``source`` may have several attributes: ``orders.a+b``."""
        name, _, attributes = source.partition(".")
        rows = [self.row(f"{name}.{one}")[1] for one in attributes.split("+") if one]
        told = dict(zip(("target_id", "target_row"), self.row(target), strict=True)) if target else {}
        return self.asking.ask("connect", source_id=self.row(name)[0], source_rows=rows, **told, **more)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("customers.id", "orders", "1 0..N customers -> orders.customer_id (made)"),
        ("customers.name", "orders.tenant", "1 0..N customers -> orders.customer_id (made)"),
        ("customers.id", "orders.buyer", "0..1 0..N customers -> orders.buyer"),
        ("customers.id", "orders.name", "1 0..N customers -> orders.customer_id (made)"),
        ("customers.id", "lines.id", "1 0..N customers -> lines.customer_id"),
        ("customers.code", "orders", "1 0..N customers.code -> orders.customer_code (made)"),
        ("orders.buyer", "customers.id", "0..1 0..N customers -> orders.buyer"),
        ("lines.customer_id", "customers", "1 0..N customers -> lines.customer_id"),
        ("orders.tenant+number", "customers", "1 0..N orders -> customers.order_tenant+order_number (made)"),
        ("lines.order_number+order_tenant", "orders", "0..1 0..N orders -> lines.order_tenant+order_number"),
        ("customers.id", "customers", "0..1 0..N customers -> customers.parent_id (made)"),
    ],
)
def test_a_line_says_which_end_refers_to_which(tmp_path: Path, source: str, target: str, said: str) -> None:
    pen = Pen(tmp_path / "shop.design.yaml")
    assert "ok" in pen.draw(source, target)
    (made,) = pen.design.relationships
    (key,) = expand(pen.design).foreign_keys
    names = {entity.id: entity.name for entity in pen.design.entities}
    parent = ".".join(
        [names[made.source_entity_id], *(["+".join(made.source_attributes)] * bool(made.source_attributes))]
    )
    child = f"{names[made.target_entity_id]}.{'+'.join(key.child_attributes)}"
    suffix = "" if made.target_attributes else " (made)"
    ends = f"{made.source_cardinality.value} {made.target_cardinality.value}"
    assert f"{ends} {parent} -> {child}{suffix}" == said
    pen.asking.ask("undo")
    assert pen.design == SHOP


def test_a_second_line_has_a_column_of_its_own_and_an_odd_one_is_refused(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "shop.design.yaml")
    assert "ok" in pen.draw("customers.id", "orders")
    assert "ok" in pen.draw("customers.id", "orders")
    assert [key.child_attributes for key in expand(pen.design).foreign_keys] == [("customer_id",), ("customer_id_2",)]
    pen.asking.ask("undo")
    assert pen.design.entity("orders").attribute("customer_id_2") is None
    before = pen.design
    refused = pen.draw("customers.code+name", "orders")["error"]
    assert "neither identify" in refused["what"]
    assert refused["mend"]
    assert "error" in pen.asking.ask("connect", source_id=pen.row("customers")[0], source_rows=[pen.row("orders")[0]])
    assert pen.design == before


def test_many_to_many_and_new_entities_are_one_change(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "shop.design.yaml")
    assert "ok" in pen.draw("customers.id", "orders", is_many=True)
    assert "ok" in pen.draw("customers.id", "orders.name", is_many=True)
    assert [e.name for e in expand(pen.design).design.entities][-2:] == ["customers_orders", "customers_orders_2"]
    pen.asking.ask("undo")
    pen.asking.ask("undo")
    answer = pen.draw("customers.id", x=300, y=90, name="visits")["ok"]
    made = pen.design.entity("visits")
    assert answer["entity_id"] == str(made.id)
    assert made.position.x == 300
    assert expand(pen.design).design.entity("visits").attribute("customer_id") is not None
    assert "error" in pen.draw("customers.id", name="visits")
    pen.asking.ask("undo")
    assert pen.design == SHOP
