"""What a plan promised beside what a database holds."""

from __future__ import annotations

import pytest

from designer_kernel.sample import Filling, fill, plan
from designer_kernel.sample.report.figures import chance, chi_square, grouped
from designer_kernel.sample.report.report import Report, compared
from tests.designer_kernel.sample.databases import create

SHOP = """
    CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL CHECK (plan IN ('free', 'pro', '<b>')), age int,
                        joined_at timestamptz NOT NULL, score float NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, paid boolean, total numeric(10, 2));
    CREATE TABLE orders_archive (id int PRIMARY KEY);
"""
HINTS = {
    "tables": {
        "users": {"rows": 3000, "columns": {"age": {"nulls": 0.3}}},
        "orders": {"rows": {"per": "users", "mean": 2.5, "spread": "poisson"}},
    }
}


@pytest.fixture
def filled(clean_url: str) -> tuple[str, Filling]:
    create(clean_url, SHOP)
    return clean_url, fill(clean_url, hints=HINTS, seed=3)


def columns(report: Report) -> set[str]:
    return {f"{d.table.removeprefix('public.')}.{d.column}" for d in report.distributions}


def test_what_was_filled_is_as_promised(filled: tuple[str, Filling]) -> None:
    url, filling = filled
    report = filling.report(url)
    assert report.rows == (("public.orders_archive", 0, 0), ("public.users", 3000, 3000), ("public.orders", 7500, 7500))
    assert not report.odd
    assert columns(report) >= {"users.plan", "users.age", "users.joined_at", "orders.paid", "orders.total"}
    assert "orders.rows for each of public.users" in columns(report)
    age = next(d for d in report.distributions if d.column == "age")
    assert age.labels[-1] == "NULL"
    assert age.promised[-1] == pytest.approx(0.3, abs=0.02)
    assert age.held[-1] == pytest.approx(0.3, abs=0.03)
    frame = report.to_frame()
    assert list(frame.columns) == ["table", "column", "category", "promised", "held", "chi_square", "p"]
    assert frame.groupby(["table", "column"])["held"].sum().between(0.999, 1.001).all()
    assert "every number of rows is as planned" in str(report)


def test_what_was_changed_afterwards_is_not_as_promised(filled: tuple[str, Filling]) -> None:
    url, filling = filled
    create(url, "UPDATE users SET plan = 'pro'; DELETE FROM orders WHERE user_id % 3 = 0; UPDATE users SET age = 40")
    report = compared(filling.plan, url)
    odd = {d.column for d in report.odd}
    assert {"plan", "age", "rows for each of public.users"} <= odd
    assert "joined_at" not in odd
    assert "7,500 rows planned" in str(report)


def test_the_pictures_hold_text_and_no_markup_of_the_data(filled: tuple[str, Filling]) -> None:
    url, filling = filled
    shown = filling.report(url)._repr_html_()
    assert shown.count("<svg") == len(filling.report(url).distributions)
    assert "&lt;b&gt;: " in shown
    assert "<b>: " not in shown


def test_the_tail_of_chi_square() -> None:
    """Against published tables."""
    for degrees, statistic, p in (
        (1, 3.841, 0.05),
        (5, 11.07, 0.05),
        (10, 23.209, 0.01),
        (30, 59.703, 0.001),
        (2, 1, 0.6065),
    ):
        assert chance(statistic, degrees) == pytest.approx(p, rel=2e-3)
    assert chance(0, 5) == 1
    assert chance(1e6, 5) < 1e-300
    assert chi_square([10, 20], [15, 15]) == pytest.approx(10 / 3)


def test_rows_in_groups_count_less() -> None:
    assert grouped([[50, 50], [52, 48], [47, 53]]) == 1
    assert grouped([[100, 0], [0, 100], [100, 0]]) > 50


@pytest.mark.older
def test_an_older_server_is_planned_filled_and_compared(older_url: str) -> None:
    create(older_url, SHOP)
    chosen = plan(older_url, hints=HINTS, seed=3)
    filling = fill(older_url, plan=plan(older_url, document=chosen.to_yaml()))
    assert filling.plan == chosen
    assert not filling.report(older_url).odd
