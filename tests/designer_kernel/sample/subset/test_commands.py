"""The commands of subsets and of learning, and what a project offers of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from designer_kernel.cli.app import app
from designer_kernel.sample.subset import fakes
from tests.designer_kernel.sample.databases import create, one

SHOP = """
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, phone text, state text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, total numeric(8, 2) NOT NULL);
INSERT INTO users SELECT n, 'zaphod' || n || '@real.test', '0151 5550' || n, 'open' FROM generate_series(1, 30) n;
INSERT INTO orders SELECT n, 1 + n % 30, n FROM generate_series(1, 90) n;
ANALYZE;
"""


@pytest.fixture
def shop(clean_url: str) -> str:
    """A small shop."""
    return create(clean_url, SHOP)


def test_a_subset_is_taken_by_command(shop: str, database_url: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret of more than sixteen bytes\n")
    arguments = ["subset", shop, database_url, "--root", "users WHERE id > 10", "--rows", "5", "--child", "orders=2"]
    arguments += ["--personal", "users.email", "--key-file", str(secret), "--manifest", str(tmp_path / "m.json")]
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code == 0, found.output
    assert one(database_url, "SELECT count(*) FROM orders") == 10
    assert one(database_url, "SELECT count(*) FROM users WHERE email LIKE '%real.test'") == 0
    assert "looks personal, and was not replaced: public.users.phone" in found.output
    assert json.loads((tmp_path / "m.json").read_text())["tables"] == {"public.users": 5, "public.orders": 10}
    assert "a secret of more" not in found.output + (tmp_path / "m.json").read_text()


def test_what_looks_personal_is_shown_by_command(shop: str) -> None:
    found = CliRunner().invoke(app, ["subset", shop, "--look", "--personal", "users.email", "--json"])
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert [m["column"] for m in data["marked"]] == ["public.users.email"]
    assert [s["column"] for s in data["unmarked"]] == ["public.users.phone"]


@pytest.mark.parametrize(
    "arguments", [["--root", "users"], ["x", "--personal", "email"], ["x", "--root", "users", "--child", "orders=many"]]
)
def test_what_is_missing_is_said(shop: str, arguments: list[str]) -> None:
    found = CliRunner().invoke(app, ["subset", shop, *arguments])
    assert found.exit_code != 0


@pytest.mark.parametrize("kind", sorted(fakes._FAKES))
def test_fakes_keep_their_form_and_tell_nothing(kind: str) -> None:
    values = {
        "email": "ada.lovelace@real.test", "date": "1815-12-10", "timestamp": "1843-07-10 12:00:00+00",
        "number": "-1234.50",
        "inet": "93.184.216.34", "bytes": "\\x00ff10", "uuid": "6f1c1f3e-5d7b-4c2e-9d1a-0f2b3c4d5e6f",
        "phone": "+44 20 7946-0123", "code": "AB-0193x",
    }  # fmt: skip
    value = values.get(kind, "Ada Lovelace")
    streams = [
        fakes.Stream(key, kind, value, 0) for key in (b"one key of sixteen", b"one key of sixteen", b"another key")
    ]
    first, again, other = (fakes.fake_of(kind, value, stream, 60) for stream in streams)
    assert first == again
    assert len({value, first, other}) == 3
    if kind in ("phone", "code"):
        shape = str.maketrans("0123456789", "9" * 10)
        assert [c.isupper() for c in first] == [c.isupper() for c in value]
        assert "".join(c for c in first.translate(shape) if not c.isalpha()) == "".join(
            c for c in value.translate(shape) if not c.isalpha()
        )
