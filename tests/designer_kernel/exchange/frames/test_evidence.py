"""What the values of frames are evidence for, and what they are not: measures are no keys, roles are references."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.design.lower import lower
from designer_kernel.exchange.frames import Proposal, propose
from designer_kernel.exchange.frames.column_types import guess
from designer_kernel.postgres.deploy import deploy


def decided(proposal: Proposal, kind: str) -> dict[tuple[str, str], bool]:
    """Return whether each suggestion of a kind is accepted, by table and columns."""
    return {(s.table, ",".join(s.columns)): s.is_accepted for s in proposal.suggestions if s.kind == kind}


def foreign_keys(proposal: Proposal) -> set[tuple[str, tuple[str, ...], str]]:
    """Return the foreign keys of the proposed design."""
    catalog = lower(proposal.imported().design)
    return {(key.table, key.columns, key.referenced_table) for key in catalog.of(ForeignKey)}


ORDERS = pd.DataFrame(
    [(t, o, f"n{t}{o}") for t in (1, 2, 3) for o in range(1, 11)], columns=["tenant_id", "order_no", "note"]
)
LINES = pd.DataFrame(
    [(t, o, n, 1.5) for t in (1, 2, 3) for o in range(1, 11) for n in (1, 2)],
    columns=["tenant_id", "order_no", "line_no", "amount"],
)
STAFF = pd.DataFrame({"id": range(1, 41), "manager_id": [None] + [1 + n // 5 for n in range(39)]})


def test_a_measure_that_does_not_repeat_is_no_key_unasked() -> None:
    sales = pd.DataFrame({"price": np.linspace(1, 2, 50), "revenue": np.arange(50) * 13 + 7, "region": ["N", "S"] * 25})
    proposal = propose({"sales": sales})
    assert decided(proposal, "primary key") == {("sales", "revenue"): False}
    assert proposal.imported().design.entity("sales").key == ()
    assert proposal.accept("sales.revenue: primary key").imported().design.entity("sales").key == ("revenue",)


def test_keys_of_several_columns_are_referred_to_as_a_whole(database_url: str) -> None:
    proposal = propose({"tenants": pd.DataFrame({"id": [1, 2, 3]}), "orders": ORDERS, "order_lines": LINES})
    design = proposal.imported().design
    assert design.entity("orders").key == ("tenant_id", "order_no")
    assert design.entity("order_lines").key == ("tenant_id", "order_no", "line_no")
    assert ("order_lines", ("tenant_id", "order_no"), "orders") in foreign_keys(proposal)
    deploy(design, database_url)
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        for table, frame in (("tenants", pd.DataFrame({"id": [1, 2, 3]})), ("orders", ORDERS), ("order_lines", LINES)):
            copied(cursor, table, frame)
            assert cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone() == (
                len(frame),
            )


def copied(cursor: psycopg.Cursor[Any], table: str, frame: pd.DataFrame) -> None:
    """Send a frame through COPY, as CSV."""
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), columns)
    with cursor.copy(statement) as copy:
        copy.write(frame.to_csv(index=False, header=False))


def test_a_role_leads_to_another_row_of_the_same_table() -> None:
    assert foreign_keys(propose({"employees": STAFF})) == {("employees", ("manager_id",), "employees")}


def test_frames_may_point_at_each_other_and_at_one_through_a_junction() -> None:
    departments = pd.DataFrame({"id": range(1, 21), "employee_id": [n + 5 for n in range(1, 21)]})
    employees = pd.DataFrame({"id": range(1, 31), "department_id": [1 + n % 20 for n in range(30)]})
    assert foreign_keys(propose({"departments": departments, "employees": employees})) == {
        ("departments", ("employee_id",), "employees"),
        ("employees", ("department_id",), "departments"),
    }
    students = pd.DataFrame({"student_id": range(1, 31)})
    courses = pd.DataFrame({"CourseID": range(1, 6)})
    takings = pd.DataFrame([(s, c) for s in range(1, 31) for c in (1, 2, 5)], columns=["StudentID", "COURSEID"])
    proposal = propose({"students": students, "courses": courses, "enrollments": takings})
    assert proposal.imported().design.entity("enrollments").key == ("student_id", "courseid")
    assert foreign_keys(proposal) == {
        ("enrollments", ("student_id",), "students"),
        ("enrollments", ("courseid",), "courses"),
    }


NUMBERS = [1, 2, 3]
WORDS = ["ann", "bob", "eve"]


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (
            {
                "users": {"user_id": NUMBERS, "email": WORDS},
                "profiles": {"user_id": NUMBERS, "bio": WORDS},
                "settings": {"user_id": NUMBERS, "theme": WORDS},
            },
            {("profiles", ("user_id",), "users"), ("settings", ("user_id",), "users")},
        ),
        (
            {"customers": {"customer_id": NUMBERS, "name": WORDS}, "orders": {"id": NUMBERS, "customer_id": NUMBERS}},
            {("orders", ("customer_id",), "customers")},
        ),
        ({"a": {"user_id": NUMBERS}, "b": {"user_id": NUMBERS}}, set()),
        ({"a": {"id": NUMBERS, "user_id": NUMBERS}, "b": {"id": NUMBERS, "user_id": NUMBERS}}, set()),
        ({"a": {"name": WORDS}, "b": {"name": WORDS}}, set()),
        (
            {"a": {"id": range(30), "name": [f"n{n}" for n in range(30)]}, "b": {"name": ["n1", "n2"] * 15}},
            set(),
        ),
    ],
)
def test_columns_called_alike_refer_to_what_they_are_named_after(
    frames: dict[str, dict[str, Any]], expected: set[Any]
) -> None:
    proposal = propose({name: pd.DataFrame(columns) for name, columns in frames.items()})
    assert foreign_keys(proposal) == expected
    found = {s.value.partition(" ")[0].partition(".")[0] for s in proposal.suggestions if s.kind == "foreign key"}
    assert found == {table for table, _, _ in expected}


def test_few_rows_make_nothing_unique() -> None:
    frames = {"customers": {"customer_id": NUMBERS, "name": WORDS}, "orders": {"id": NUMBERS, "customer_id": NUMBERS}}
    proposal = propose({name: pd.DataFrame(columns) for name, columns in frames.items()})
    assert decided(proposal, "unique") == {("customers", "name"): False, ("orders", "customer_id"): False}
    (relationship,) = proposal.imported().design.relationships
    assert relationship.relationship_type.value == "ONE_TO_MANY"


def test_a_reference_that_few_values_break_is_shown_with_them_and_not_taken() -> None:
    orders = pd.DataFrame({"id": range(200), "customer_id": [n % 99 for n in range(199)] + [7777]})
    proposal = propose({"customers": pd.DataFrame({"id": range(100)}), "orders": orders})
    (found,) = [s for s in proposal.suggestions if s.kind == "foreign key"]
    assert (found.is_accepted, "7777" in found.evidence) == (False, True)
    assert foreign_keys(proposal) == set()


@pytest.mark.parametrize(
    ("name", "values", "type_", "converted"),
    [
        ("day", ["31/12/2020", "01/02/2021"], "text", "date"),
        ("day", ["12/31/2020", "01/02/2021"], "text", "date"),
        ("day", ["31.12.2020", "1.2.2021"], "text", "date"),
        ("day", ["20201231", "20210102"], "integer", "date"),
        ("n", ["1,234", "5,678,901.5", "12"], "text", "numeric"),
        ("n", ["1.234,50", "2,5", "3"], "text", "numeric"),
        ("n", ["$1.5", "$3"], "text", "numeric"),
        ("n", ["12%", "4.5%"], "text", "numeric"),
        ("is_paid", [0, 1, 1], "integer", "boolean"),
        ("paid", ["yes", "no", "Yes"], "text", "boolean"),
    ],
)
def test_what_needs_converting_is_text_until_it_is_asked_for(
    name: str, values: list[Any], type_: str, converted: str, database_url: str
) -> None:
    frame = pd.DataFrame({name: values})
    proposal = propose({"t": frame})
    assert proposal.imported().design.entity("t").attributes[0].type == type_
    taken = proposal.accept(f"t.{name}: conversion").imported()
    assert taken.design.entity("t").attributes[0].type == converted
    (loss,) = taken.losses.of("changed")
    using = loss.reason.rpartition("the rows need ")[2]
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE t ({name} {type_})")
        copied(cursor, "t", frame)
        cursor.execute(f"ALTER TABLE t ALTER COLUMN {name} TYPE {converted} USING {using}")


def arrow(values: list[Any], kind: pa.DataType) -> pd.Series[Any]:
    """Return a column of Arrow's."""
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, kind)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.array([1, None], dtype="Int64"), "integer"),
        (pd.array([True, None], dtype="boolean"), "boolean"),
        (pd.array(["x", None], dtype="string"), "text"),
        (pd.array(["1", "2"], dtype="string[python]"), "integer"),
        (pd.Categorical([1, 2, 1]), "integer"),
        (pd.arrays.SparseArray([0, 0, 1]), "integer"),
        (pd.period_range("2020-01", periods=2, freq="M"), "text"),
        (pd.interval_range(0, 3), "int8range"),
        (pd.Series([10.0, 20.0]), "double precision"),
        (arrow([1.5], pa.float64()), "double precision"),
        (arrow(["a"], pa.string()), "text"),
        (arrow([[1, 2]], pa.list_(pa.int64())), "integer[]"),
        (arrow([1], pa.timestamp("us", "UTC")), "timestamp with time zone"),
    ],
    ids=lambda value: str(getattr(value, "dtype", value)),
)  # fmt: skip
def test_every_dtype_has_a_type(values: Any, expected: str) -> None:
    assert guess(pd.Series(values)).type == expected


def test_tables_of_arrow_and_columns_of_several_levels_are_frames_too() -> None:
    table = pa.table({"id": [1, 2], "at": pa.array([1, 2], pa.timestamp("s"))})
    (entity,) = propose({"t": table}).imported().design.entities
    assert [a.type for a in entity.attributes] == ["bigint", "timestamp without time zone"]
    wide = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("sales", "min"), ("sales", "")]))
    assert [a.name for a in propose({"t": wide}).imported().design.entity("t").attributes] == ["sales_min", "sales"]


def test_a_proposal_shows_itself() -> None:
    proposal = propose({"a<b": STAFF})
    html = proposal._repr_html_()
    assert "<table" in html
    assert "a<b" not in html
    assert "✓ a_b.id: primary key → id" in repr(proposal)


def test_a_million_rows_take_seconds() -> None:
    rows = 1_000_000
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {f"n{k}": random.integers(0, 1000, rows) for k in range(8)}
        | {f"f{k}": random.random(rows) for k in range(5)}
        | {f"t{k}": random.choice(["new", "paid", "2020-01-01"], rows) for k in range(5)}
        | {"id": np.arange(rows), "mail": pd.Series(np.arange(rows)).astype(str) + "@example.org"}
    )
    began = time.perf_counter()
    propose({"t": frame})
    assert time.perf_counter() - began < 30  # 2 s on a machine at rest; going by each value takes minutes
