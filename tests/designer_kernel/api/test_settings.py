"""What the environment says about the API, and buckets that fill with time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from designer_kernel.api.rates import Buckets
from designer_kernel.api.settings import Rate, Settings, of_environment
from designer_kernel.cli.serve import needed
from designer_kernel.errors import DesignerError


def test_nothing_said_is_the_default() -> None:
    assert of_environment({}) == Settings()


def test_what_is_said_counts() -> None:
    found = of_environment(
        {
            "DESIGNER_API_ORIGINS": "https://a.example, http://b.example:8000",
            "DESIGNER_API_PERSON_RATE": "60",
            "DESIGNER_API_BODY_BYTES": "1000",
            "DESIGNER_METRICS_TOKEN": "secret",
        }
    )
    assert found.origins == ("https://a.example", "http://b.example:8000")
    assert (found.person_rate, found.body_bytes) == (Rate(60, 3), 1000)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [("ORIGINS", "*"), ("ORIGINS", "a.example"), ("PERSON_RATE", "-1"), ("BODY_BYTES", "2e6"), ("ADDRESS_RATE", "0")],
)
def test_nonsense_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(DesignerError) as caught:
        of_environment({f"DESIGNER_API_{name}": text})
    assert caught.value.where == f"DESIGNER_API_{name}"


def test_a_bucket_gives_what_it_holds_and_fills_with_time() -> None:
    now = 0.0
    buckets = Buckets(Rate(per_minute=60, at_once=2), lambda: now)
    assert [buckets.take("ada") for _ in range(4)] == [0.0, 0.0, 1.0, 1.0]
    assert buckets.take("bob") == 0.0
    now = 1.5
    assert [buckets.take("ada"), buckets.take("ada")] == [0.0, 0.5]
    now = 1000.0
    assert [buckets.take("ada") for _ in range(3)] == [0.0, 0.0, 1.0]


def test_who_has_not_asked_for_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer_kernel.api.rates._MOST", 2)
    buckets = Buckets(Rate(60, 1), lambda: 0.0)
    for name in ("a", "b", "c"):
        assert buckets.take(name) == 0.0
    assert (buckets.take("c"), buckets.take("a")) == (1.0, 0.0)


def test_what_is_missing_is_said_with_the_extra() -> None:
    with pytest.raises(DesignerError, match="no_such_module") as caught:
        needed("fastapi", "no_such_module")
    assert "team" in caught.value.mend


def test_nothing_of_the_api_is_imported_before_it_is_served() -> None:
    program = (
        "import sys, designer_kernel, designer_kernel.cli.app\n"
        "heavy = {'fastapi', 'uvicorn', 'starlette', 'prometheus_client', 'jwt', 'argon2', 'sqlalchemy', 'alembic'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
