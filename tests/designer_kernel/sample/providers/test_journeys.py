"""States, their times and their history agree, and so do times that follow each other."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill, plan
from tests.designer_kernel.sample.databases import ask, create, one

TABLES = """
    CREATE TYPE order_status AS ENUM ('pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled', 'returned');
    CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status order_status NOT NULL DEFAULT 'pending',
        placed_at timestamptz NOT NULL, paid_at timestamptz, shipped_at timestamptz, delivered_at date,
        cancelled_at timestamptz, updated_at timestamptz NOT NULL,
        CHECK (shipped_at >= paid_at), CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL)
    );
    CREATE TABLE tickets (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('new', 'open', 'in_progress', 'closed', 'failed')),
        created_at timestamptz NOT NULL, opened_at timestamptz, closed_at timestamptz
    );
    CREATE TABLE ticket_status_history (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets,
        from_status text CHECK (from_status IN ('new', 'open', 'in_progress', 'closed', 'failed')),
        status text NOT NULL CHECK (status IN ('new', 'open', 'in_progress', 'closed', 'failed')),
        changed_at timestamptz NOT NULL
    );
    CREATE TABLE leads (id int PRIMARY KEY, stage text NOT NULL, created_at timestamptz NOT NULL, won_at date);
    CREATE TABLE shops (id int PRIMARY KEY, zone text NOT NULL, created_at timestamptz NOT NULL);
    CREATE TABLE sales (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, sold_at timestamptz NOT NULL
    );
    CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created_at timestamptz NOT NULL);
    CREATE TABLE pings (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, at timestamptz NOT NULL
    );
    CREATE TABLE prices (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id int NOT NULL REFERENCES shops,
        valid_from date NOT NULL, valid_to date CHECK (valid_to > valid_from)
    );
    CREATE TABLE rates (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, valid tstzrange NOT NULL
    );
    CREATE TABLE log (id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
    CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
"""
HINTS = {
    "until": "2025-03-01",
    "tables": {
        "orders": {"rows": 4_000},
        "tickets": {"rows": 1_500},
        "ticket_status_history": {"rows": {"per": "tickets", "mean": 3}},
        "leads": {
            "rows": 4_000,
            "columns": {
                "stage": {
                    "provider": "journey",
                    "states": ["visit", "signup", "trial", "won", "lost"],
                    "next": {"visit": {"signup": 0.4}, "signup": {"trial": 0.5}, "trial": {"won": 0.3, "lost": 0.6}},
                    "takes": {"visit": "2 days", "trial": "14 days"},
                },
                "won_at": {"provider": "journey time", "status": "stage", "state": "won"},
            },
        },
        "shops": {
            "rows": 60,
            "columns": {"zone": {"provider": "choice", "values": ["Asia/Tokyo", "America/New_York"]}},
        },
        "sales": {"rows": 6_000, "columns": {"sold_at": {"provider": "seasonal", "zone": "Europe/Berlin"}}},
        "visits": {
            "rows": 20_000,
            "columns": {
                "created_at": {
                    "provider": "seasonal",
                    "hours": "evening",
                    "days": "weekend",
                    "growth": 4,
                    "campaigns": [{"from": "2024-11-25", "to": "2024-12-02", "factor": 6}],
                }
            },
        },
        "pings": {
            "rows": {"per": "shops", "mean": 60},
            "columns": {"at": {"provider": "events", "gap": "6 hours"}},
        },
        "prices": {"rows": {"per": "shops", "mean": 4}},
        "rates": {"rows": {"per": "shops", "mean": 4}},
        "log": {"rows": 5_000, "columns": {"at": {"provider": "seasonal"}}},
    },
}


@pytest.fixture(scope="module")
def times(server: EmbeddedServer) -> Iterator[tuple[str, Filling]]:
    """The filled tables: their URL and the result."""
    url = create(server.ensure_database("sample_journeys"), TABLES)
    yield url, fill(url, hints=HINTS, seed=4)
    server.drop_database("sample_journeys")


AGREEING = {
    "times are in order": """SELECT count(*) FROM orders WHERE paid_at < placed_at OR shipped_at < paid_at
        OR delivered_at < shipped_at::date OR updated_at::date < delivered_at OR cancelled_at < placed_at""",
    "what is passed has its time": """SELECT count(*) FROM orders
        WHERE (status IN ('paid', 'processing', 'shipped', 'delivered', 'returned')) AND paid_at IS NULL
           OR status IN ('delivered', 'returned') <> (delivered_at IS NOT NULL)""",
    "what is not reached has none": """SELECT count(*) FROM orders WHERE status = 'pending' AND paid_at IS NOT NULL
        OR status = 'paid' AND shipped_at IS NOT NULL OR (status = 'cancelled') <> (cancelled_at IS NOT NULL)""",
    "nothing is later than the end": "SELECT count(*) FROM orders WHERE greatest(paid_at, shipped_at) > '2025-03-01'",
    "the last row of the history is the state": """SELECT count(*) FROM tickets t JOIN LATERAL (
        SELECT status FROM ticket_status_history h WHERE h.ticket_id = t.id ORDER BY id DESC LIMIT 1) h ON t.status <> h.status""",
    "each row of the history goes on from the one before": """SELECT count(*) FROM (
        SELECT from_status, lag(status) OVER (PARTITION BY ticket_id ORDER BY id) AS before FROM ticket_status_history) h
        WHERE from_status IS DISTINCT FROM before""",
    "the history tells the time of a state": """SELECT count(*) FROM tickets t WHERE closed_at IS DISTINCT FROM (
        SELECT min(changed_at) FROM ticket_status_history h WHERE h.ticket_id = t.id AND h.status = 'closed')""",
    "who has won has a day of it": "SELECT count(*) FROM leads WHERE (stage = 'won') <> (won_at IS NOT NULL)",
    "sales are younger than shops": """SELECT count(*) FROM sales s JOIN shops h ON h.id = s.shop_id
        WHERE sold_at < created_at""",
    "events are in order": """SELECT count(*) FROM (SELECT at <= lag(at) OVER (PARTITION BY shop_id ORDER BY id) AS early
        FROM pings) p WHERE early""",
    "prices have no gaps": """SELECT count(*) FROM (SELECT valid_to, lead(valid_from) OVER (PARTITION BY shop_id ORDER BY id)
        AS next FROM prices) p WHERE valid_to IS DISTINCT FROM next""",
    "ranges have no gaps": """SELECT count(*) FROM (SELECT upper(valid) AS until, lead(lower(valid)) OVER (PARTITION BY shop_id
        ORDER BY id) AS next FROM rates) r WHERE until IS DISTINCT FROM next""",
}


@pytest.mark.parametrize("law", list(AGREEING))
def test_what_is_told_twice_agrees(times: tuple[str, Filling], law: str) -> None:
    assert one(times[0], AGREEING[law]) == 0


SHARES = {
    "signups": ("SELECT avg((stage <> 'visit')::int)::float FROM leads", 0.4, 0.03),
    "trials of signups": (
        "SELECT (count(*) FILTER (WHERE stage IN ('trial', 'won', 'lost')))::float / count(*) FROM leads WHERE stage <> 'visit'",
        0.5,
        0.05,
    ),
    "gaps": (
        """SELECT avg(extract(epoch FROM gap) / 3600)::float FROM
        (SELECT at - lag(at) OVER (PARTITION BY shop_id ORDER BY id) AS gap FROM pings) p""",
        6,
        0.4,
    ),
    "gaps scatter as much as they last": (
        """SELECT (stddev(extract(epoch FROM gap)) / avg(extract(epoch FROM gap)))::float FROM
        (SELECT at - lag(at) OVER (PARTITION BY shop_id ORDER BY id) AS gap FROM pings) p""",
        1,
        0.12,
    ),
    "business hours": (
        """SELECT avg((extract(hour FROM sold_at AT TIME ZONE 'Europe/Berlin') BETWEEN 8 AND 17)::int)::float
        FROM sales""",
        0.9,
        0.03,
    ),
    "weekends of business": ("SELECT avg((extract(isodow FROM at) > 5)::int)::float FROM log", 0.027, 0.015),
    "growth": (
        """SELECT (count(*) FILTER (WHERE created_at >= '2025-01-01'))::float
        / count(*) FILTER (WHERE created_at < '2023-05-01') FROM visits""",
        3.4,
        0.4,
    ),
    "the campaign": (
        """SELECT (count(*) FILTER (WHERE created_at >= '2024-11-25' AND created_at < '2024-12-02'))::float
        / count(*) FILTER (WHERE created_at >= '2024-11-18' AND created_at < '2024-11-25') FROM visits""",
        6,
        0.7,
    ),
}


@pytest.mark.parametrize("share", list(SHARES))
def test_shares_are_those_that_were_asked_for(times: tuple[str, Filling], share: str) -> None:
    query, expected, off = SHARES[share]
    assert one(times[0], query) == pytest.approx(expected, abs=off)


def test_every_state_of_an_order_is_there(times: tuple[str, Filling]) -> None:
    found = dict(ask(times[0], "SELECT status::text, count(*) FROM orders GROUP BY 1"))
    assert len(found) == 7
    assert found["delivered"] > 2_000


def test_the_zone_may_be_that_of_the_row(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, zone text NOT NULL, created_at timestamptz NOT NULL)")
    columns = {
        "zone": {"provider": "choice", "values": ["Asia/Tokyo", "America/New_York"]},
        "created_at": {"provider": "seasonal", "zone": "zone"},
    }
    fill(clean_url, hints={"tables": {"t": {"rows": 3_000, "columns": columns}}})
    query = """SELECT zone, avg((extract(hour FROM created_at AT TIME ZONE zone) BETWEEN 8 AND 17)::int)::float
               FROM t GROUP BY 1"""
    assert all(share > 0.85 for _, share in ask(clean_url, query))


def test_other_providers_of_states_still_agree_with_times(times: tuple[str, Filling], clean_url: str) -> None:
    """Who gives weights for the states wants those, and no walk."""
    create(clean_url, TABLES)
    columns = {"status": {"provider": "weighted", "weights": {"pending": 1, "paid": 2, "shipped": 2, "cancelled": 1}}}
    chosen = {"status": {"provider": "choice", "values": ["new", "open"]}}
    tables = {"orders": {"rows": 900, "columns": columns}, "tickets": {"rows": 200, "columns": chosen}}
    fill(clean_url, hints={"tables": tables}, tables=["orders", "ticket_status_history"])
    assert one(clean_url, AGREEING["what is not reached has none"]) == 0
    assert one(clean_url, AGREEING["what is passed has its time"]) == 0
    assert one(clean_url, AGREEING["each row of the history goes on from the one before"]) == 0
    assert 0.25 < one(clean_url, "SELECT avg((status = 'paid')::int)::float FROM orders") < 0.42


def test_an_enum_says_in_which_order_its_states_come(clean_url: str) -> None:
    """No walk is known of these states; but what comes behind "confirmed" was confirmed."""
    create(
        clean_url,
        """CREATE TYPE progress AS ENUM ('asked', 'confirmed', 'held', 'done', 'cancelled');
        CREATE TABLE bookings (id int PRIMARY KEY, state progress NOT NULL, requested_at timestamptz NOT NULL,
                               confirmed_at timestamptz, done_at timestamptz)""",
    )
    fill(clean_url, rows={"bookings": 500})
    told = (
        "SELECT state::text, bool_and(confirmed_at IS NOT NULL), bool_or(done_at IS NOT NULL) FROM bookings GROUP BY 1"
    )
    assert {state: said for state, *said in ask(clean_url, told)} == {
        "asked": [False, False],
        "confirmed": [True, False],
        "held": [True, False],
        "done": [True, True],
        "cancelled": [False, False],
    }


REFUSED = [
    ("leads", "stage", {"provider": "journey", "states": ["a", "b"], "next": {"a": {"c": 1}}}, "'c' is none"),
    ("leads", "won_at", {"provider": "journey time", "status": "nothing", "state": "won"}, "no state"),
    ("leads", "won_at", {"provider": "events"}, "under no other"),
    ("visits", "created_at", {"provider": "seasonal", "zone": "Mars/Olympus"}, "not known"),
    ("visits", "created_at", {"provider": "seasonal", "hours": [1, 2]}, "24 weights"),
    ("visits", "created_at", {"provider": "seasonal", "campaigns": [{"from": "soon"}]}, "campaigns"),
]


@pytest.mark.parametrize(("table", "column", "asked", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_what_makes_no_sense_is_refused(
    times: tuple[str, Filling], table: str, column: str, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(SamplePlanError, match=f"{table}.{column}.*{said}"):
        plan(times[0], hints={"tables": {table: {"columns": {column: asked}}}}, tables=[table])
