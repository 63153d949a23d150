"""What has to add up does, over rows and tables."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import create, one

TABLES = """
    CREATE TABLE orders (
        id int PRIMARY KEY, subtotal numeric(12, 2) NOT NULL, tax numeric(12, 2) NOT NULL, shipping numeric(12, 2) NOT NULL,
        discount numeric(12, 2) NOT NULL, total numeric(12, 2) NOT NULL, item_count int NOT NULL
    );
    CREATE TABLE order_items (
        id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, quantity int NOT NULL, unit_price numeric(10, 2) NOT NULL,
        line_total numeric(12, 2) NOT NULL
    );
    CREATE TABLE invoices (id int PRIMARY KEY, net numeric(12, 2) NOT NULL, vat numeric(12, 2) NOT NULL, gross numeric(12, 2) NOT NULL);
    CREATE TABLE invoice_lines (id int PRIMARY KEY, invoice_id int NOT NULL REFERENCES invoices, amount numeric(12, 2));
    CREATE TABLE accounts (id int PRIMARY KEY, balance numeric(12, 2) NOT NULL);
    CREATE TABLE entries (
        id int PRIMARY KEY, account_id int NOT NULL REFERENCES accounts, amount numeric(12, 2) NOT NULL,
        balance_after numeric(12, 2) NOT NULL
    );
    CREATE TABLE posts (id int PRIMARY KEY, comments_count int NOT NULL, likes numeric(8, 0) NOT NULL, score int NOT NULL);
    CREATE TABLE comments (id int PRIMARY KEY, post_id int NOT NULL REFERENCES posts, points int NOT NULL, so_far int NOT NULL);
"""
HINTS = {
    "tables": {
        "posts": {
            "rows": 300,
            "columns": {
                "likes": {"provider": "count of", "table": "comments"},
                "score": {"provider": "sum of", "table": "comments", "column": "points"},
            },
        },
        "comments": {
            "rows": {"per": "posts", "mean": 4},
            "columns": {"so_far": {"provider": "running sum", "column": "points"}},
        },
        "invoices": {"rows": 200},
        "invoice_lines": {"rows": {"per": "invoices", "mean": 3}},
    }
}


@pytest.fixture(scope="module")
def books(server: EmbeddedServer) -> Iterator[str]:
    """The URL of the filled tables."""
    url = create(server.ensure_database("sample_sums"), TABLES)
    fill(url, rows={"orders": 500, "accounts": 200}, hints=HINTS, seed=8)
    yield url
    server.drop_database("sample_sums")


WRONG = {
    "orders are their items": """SELECT count(*) FROM orders o WHERE subtotal <>
        coalesce((SELECT sum(line_total) FROM order_items i WHERE i.order_id = o.id), 0)""",
    "lines are quantity times price": "SELECT count(*) FROM order_items WHERE line_total <> quantity * unit_price",
    "totals are items, tax and shipping less discount": """SELECT count(*) FROM orders
        WHERE total <> subtotal + tax + shipping - discount""",
    "orders know how many items they have": """SELECT count(*) FROM orders o WHERE item_count <>
        (SELECT count(*) FROM order_items i WHERE i.order_id = o.id)""",
    "invoices are their lines": """SELECT count(*) FROM invoices o WHERE net <>
        coalesce((SELECT sum(amount) FROM invoice_lines i WHERE i.invoice_id = o.id), 0)""",
    "gross is net and tax": "SELECT count(*) FROM invoices WHERE gross <> net + vat",
    "balances are their entries": """SELECT count(*) FROM accounts o WHERE balance <>
        coalesce((SELECT sum(amount) FROM entries i WHERE i.account_id = o.id), 0)""",
    "each entry knows the balance after it": """SELECT count(*) FROM (SELECT balance_after,
        sum(amount) OVER (PARTITION BY account_id ORDER BY id) AS summed FROM entries) e WHERE balance_after <> summed""",
    "posts know how many comments they have": """SELECT count(*) FROM posts o WHERE comments_count <> likes OR likes <>
        (SELECT count(*) FROM comments i WHERE i.post_id = o.id)""",
    "sums that are asked for": """SELECT count(*) FROM posts o WHERE score <>
        coalesce((SELECT sum(points) FROM comments i WHERE i.post_id = o.id), 0)""",
    "running sums that are asked for": """SELECT count(*) FROM (SELECT so_far,
        sum(points) OVER (PARTITION BY post_id ORDER BY id) AS summed FROM comments) e WHERE so_far <> summed""",
}


@pytest.mark.parametrize("law", list(WRONG))
def test_everything_adds_up(books: str, law: str) -> None:
    assert one(books, WRONG[law]) == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"provider": "sum of", "table": "orders", "column": "total"}, "lie under"),
        ({"provider": "sum of", "table": "comments", "column": "nothing"}, "no column 'nothing'"),
        ({"provider": "running sum", "column": "likes"}, "nothing can be summed"),
        ({"provider": "sum", "plus": ["likes"]}, "cannot be added"),
    ],
)
def test_what_cannot_be_summed_is_said(books: str, asked: dict[str, object], said: str) -> None:
    hints = {
        "tables": {
            "posts": {"rows": 10, "columns": {"score": asked}},
            "comments": {"rows": {"per": "posts", "mean": 4}},
        }
    }
    with pytest.raises(SamplePlanError, match=rf"posts\.score.*{said}"):
        plan(books, hints=hints, tables=["posts", "comments"])
