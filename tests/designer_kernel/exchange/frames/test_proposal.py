"""DataFrames suggest designs: types, keys, enumerations, foreign keys, each with its evidence."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest
from psycopg import sql

from designer_kernel.design import Design
from designer_kernel.design.values import RelationshipType
from designer_kernel.errors import DocumentError, InvalidDesign, UnknownObject
from designer_kernel.exchange.data_files import propose_files
from designer_kernel.exchange.frames import Proposal, propose
from designer_kernel.postgres.deploy import deploy

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": range(1, 41),
        "e-mail": [f"p{i}@example.org" for i in range(40)],
        "status": ["new", "active", "closed", "active"] * 10,
        "born": pd.to_datetime(["1990-01-01", ""] * 20),
        "zip": [f"{i:05}" for i in range(40)],
        "balance": [decimal.Decimal("10.50")] * 40,
    }
)
ORDERS = pd.DataFrame(
    {
        "order_no": range(1000, 1100),
        "customer_id": [1 + i % 40 for i in range(100)],
        "billing_customer_id": pd.array([None if i % 3 else 1 + i % 40 for i in range(100)], dtype="Int64"),
        "placed_at": pd.to_datetime(["2026-01-01 10:30:00+00:00"] * 100),
        "total": [1.5 * i for i in range(100)],
        "tags": [["a", "b"]] * 100,
        "extra": [{"k": i} for i in range(100)],
    }
)
LINES = pd.DataFrame(
    {"order_no": [1000 + i // 2 for i in range(200)], "line_no": [1 + i % 2 for i in range(200)], "quantity": 1}
)


@pytest.fixture
def proposal() -> Proposal:
    """What three related frames suggest."""
    return propose({"customers": CUSTOMERS, "orders": ORDERS, "lines": LINES}, "shop")


def _types(design: Design, table: str) -> dict[str, str]:
    return {attribute.name: attribute.type for attribute in design.entity(table).attributes}


def test_types_follow_from_all_values(proposal: Proposal) -> None:
    design = proposal.imported().design
    assert _types(design, "customers") == {
        "customer_id": "integer", "e_mail": "text", "status": "customer_status", "born": "date", "zip": "text",
        "balance": "numeric(10,2)",
    }  # fmt: skip
    assert _types(design, "orders") == {
        "order_no": "integer", "customer_id": "integer", "billing_customer_id": "integer",
        "placed_at": "timestamp with time zone", "total": "double precision", "tags": "text[]", "extra": "jsonb",
    }  # fmt: skip


def test_keys_nullability_and_labels_are_read_from_the_values(proposal: Proposal) -> None:
    design = proposal.imported().design
    customers, orders, lines = (design.entity(name) for name in ("customers", "orders", "lines"))
    assert (customers.key, orders.key, lines.key) == (("customer_id",), ("order_no",), ("order_no", "line_no"))
    assert [a.name for a in customers.attributes if a.is_nullable and not a.is_primary_key] == ["born"]
    assert [enum.labels for enum in design.enums] == [("active", "closed", "new")]
    assert [a.name for a in customers.attributes if a.is_unique] == ["e_mail", "zip"]


def test_foreign_keys_are_found_by_inclusion_and_name(proposal: Proposal) -> None:
    design = proposal.imported().design
    names = {entity.id: entity.name for entity in design.entities}
    found = {
        (names[r.target_entity_id], r.target_attributes): (names[r.source_entity_id], r.source_cardinality.value)
        for r in design.relationships
    }
    assert found == {
        ("orders", ("customer_id",)): ("customers", "1"),
        ("orders", ("billing_customer_id",)): ("customers", "0..1"),
        ("lines", ("order_no",)): ("orders", "1"),
    }
    assert all(r.relationship_type is RelationshipType.ONE_TO_MANY for r in design.relationships)


def test_every_suggestion_has_its_evidence_and_can_be_refused(proposal: Proposal) -> None:
    table = proposal.to_frame()
    assert (table["evidence"].str.len() > 3).all()
    assert table["suggestion"].is_unique
    refused = proposal.reject("customers.status: enum", "orders.customer_id: foreign key").imported().design
    assert not refused.enums
    assert len(refused.relationships) == 2
    with pytest.raises(UnknownObject, match="no suggestion"):
        proposal.reject("customers.nothing: enum")
    accepted = propose({"t": pd.DataFrame({"id": range(30), "n": range(30)})}).accept("t.n: unique")
    assert accepted.imported().design.entity("t").attributes[1].is_unique


def test_a_changed_name_is_in_the_loss_report(proposal: Proposal) -> None:
    changed = proposal.imported().losses.of("changed")
    assert [(entry.object, entry.reason) for entry in changed] == [("customers.e-mail", "it is called e_mail")]


def test_the_design_takes_the_rows_that_it_was_read_from(proposal: Proposal, database_url: str) -> None:
    deploy(proposal.imported().design, database_url)
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        for table, frame in {"customers": CUSTOMERS, "orders": ORDERS}.items():
            named = frame.rename(columns={"e-mail": "e_mail"}).astype(object)
            rows = [tuple(_sent(value) for value in row) for row in named.itertuples(index=False)]
            columns = sql.SQL(", ").join(map(sql.Identifier, named.columns))
            marks = sql.SQL(", ").join([sql.Placeholder()] * len(named.columns))
            insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, marks)
            cursor.executemany(insert, rows)
        counted = connection.execute("SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders)")
        assert counted.fetchone() == (40, 100)


def _sent(value: Any) -> Any:
    from psycopg.types.json import Jsonb

    if isinstance(value, dict):
        return Jsonb(value)
    return None if not isinstance(value, list) and pd.isna(value) else value


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2"], "integer"),
        (["01", "02"], "text"),
        (["1.50", "2"], "numeric(10,2)"),
        (["2026-02-28"], "date"),
        (["2026-02-31"], "text"),
        (["2026-02-28 10:00"], "timestamp without time zone"),
        (["2026-02-28T10:00:00Z"], "timestamp with time zone"),
        (["true", "false"], "boolean"),
        ([str(uuid.UUID(int=7))], "uuid"),
        (['{"a": 1}', "[1]"], "jsonb"),
        (["{oops"], "text"),
        (["10.0.0.1", "::1"], "inet"),
        ([1, 2**40], "bigint"),
        ([1.0, None], "integer"),
        ([1.5, None], "double precision"),
        ([2**70], "numeric"),
        ([True, None], "boolean"),
        ([dt.date(2026, 1, 1)], "date"),
        ([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], "timestamp with time zone"),
        ([dt.time(10)], "time without time zone"),
        ([dt.timedelta(1)], "interval"),
        ([b"x"], "bytea"),
        ([uuid.UUID(int=7)], "uuid"),
        ([[1, 2], [3]], "integer[]"),
        ([[1, "a"]], "jsonb"),
        ([1, "a"], "text"),
        ([None, None], "text"),
    ],
    ids=repr,
)
def test_a_type_holds_every_value(values: list[Any], expected: str) -> None:
    design = propose({"t": pd.DataFrame({"v": values})}).imported().design
    assert _types(design, "t") == {"v": expected}


def test_the_order_of_a_categorical_is_the_order_of_the_type() -> None:
    sizes = pd.Categorical(["M", "S", "L"], categories=["S", "M", "L"], ordered=True)
    design = propose({"shirts": pd.DataFrame({"size": sizes})}).imported().design
    assert design.enums[0].labels == ("S", "M", "L")


def test_a_named_index_is_a_column_and_a_numbering_is_not() -> None:
    named = propose({"t": pd.DataFrame({"v": [1, 2]}, index=pd.Index(["a", "b"], name="code"))})
    assert _types(named.imported().design, "t") == {"code": "text", "v": "integer"}
    assert _types(propose({"t": pd.DataFrame({"v": [1, 2]})}).imported().design, "t") == {"v": "integer"}


def test_two_columns_of_one_name_are_told_apart_and_the_report_says_so() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a b", "A-B", "id", "id"])
    imported = propose({"t": frame}).imported()
    assert list(_types(imported.design, "t")) == ["a_b", "a_b_2", "id", "id_2"]
    assert {entry.object for entry in imported.losses.of("changed")} == {"t.a b", "t.A-B", "t.id (column 4)"}


def test_what_is_no_frame_is_refused_with_a_mend() -> None:
    with pytest.raises(InvalidDesign, match="a list is no DataFrame") as caught:
        propose({"t": [1, 2]})  # type: ignore[dict-item] # what a slip gives
    assert "orders" in caught.value.mend
    with pytest.raises(InvalidDesign, match="no columns"):
        propose({"t": pd.DataFrame()})


def test_files_keep_leading_zeros_and_words_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("code,country,population\n01,NA,\n02,DE,100\n", encoding="utf-8")
    pd.DataFrame({"code": ["01"], "visits": [3]}).to_parquet(tmp_path / "visits.parquet")
    design = propose_files([tmp_path / "cities.csv", tmp_path / "visits.parquet"], "geo").imported().design
    assert _types(design, "cities") == {"code": "text", "country": "text", "population": "integer"}
    assert _types(design, "visits") == {"code": "text", "visits": "bigint"}
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(DocumentError, match="cannot be read as data"):
        propose_files([tmp_path / "bad.parquet"], "bad")
