"""Models read as people write SQLAlchemy: enumerations, domains, serials, sequences, keys beside their columns."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from designer_kernel.catalog.compare import differences
from designer_kernel.exchange.models import write_catalog
from tests.designer_kernel.catalog.databases import FreshUrl, load, read
from tests.designer_kernel.exchange.models.modules import created_by, engine_of, imported

SCRIPT = """
CREATE TYPE mood AS ENUM ('sad', 'very happy', 'Sad', '');
CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN email AS varchar(200) CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE tickets INCREMENT 5 START 100 CACHE 10;
CREATE TABLE people (
    id serial PRIMARY KEY, number bigserial, mood mood NOT NULL DEFAULT 'sad', moods mood[], email email UNIQUE,
    size positive DEFAULT 1, parent_id int REFERENCES people, age int CONSTRAINT adult CHECK (age > 18),
    during tstzrange, times datemultirange, net inet, raw bytea, long interval, price numeric(8, 2), tags text[]);
ALTER TABLE people ADD CONSTRAINT young CHECK (age < 200) NOT VALID;
CREATE TABLE orders (
    no bigint DEFAULT nextval('tickets') PRIMARY KEY, person_id int NOT NULL REFERENCES people ON DELETE CASCADE,
    created_by int REFERENCES people ON DELETE SET NULL, first_id bigint);
ALTER TABLE orders ADD CONSTRAINT orders_no_fkey FOREIGN KEY (no) REFERENCES orders NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_first_id_fkey FOREIGN KEY (first_id) REFERENCES orders NOT VALID;
CREATE INDEX ON orders (person_id);
CREATE INDEX few ON orders (person_id DESC) WITH (fillfactor = 70);
CREATE TABLE profile (person_id int PRIMARY KEY REFERENCES people ON DELETE CASCADE, bio text);
CREATE TABLE lines (
    order_no bigint REFERENCES orders, id smallserial, PRIMARY KEY (order_no, id), UNIQUE NULLS NOT DISTINCT (id));
CREATE TABLE plain (x int NOT NULL, mood mood);
"""


@pytest.fixture
def written(fresh_url: FreshUrl) -> tuple[str, str]:
    """The module of a database, and the database's URL."""
    url = fresh_url()
    load(url, SCRIPT)
    return write_catalog(read(url), "idioms").text, url


@pytest.fixture
def models(written: tuple[str, str], fresh_url: FreshUrl) -> Iterator[tuple[Any, Engine]]:
    """The models, and an engine for a database that they have created."""
    url = fresh_url()
    module, engine = imported(written[0]), engine_of(url)
    module.Base.metadata.create_all(engine)
    assert differences(read(written[1]), read(url)) == []
    yield module, engine
    engine.dispose()


@pytest.mark.parametrize(
    "line",
    [
        'class Mood(enum.StrEnum):\n    """The labels of public.mood."""\n\n    SAD = "sad"\n    VERY_HAPPY',
        "    id: Mapped[int] = mapped_column(Integer, primary_key=True)\n",
        'PEOPLE_NUMBER_SEQ = Sequence(\n    "people_number_seq",\n    schema="public",\n',
        "server_default=TICKETS.next_value()",
        "    email: Mapped[str | None] = mapped_column(EMAIL, unique=True)\n",
        '        Integer,\n        ForeignKey("public.people.id"),\n    )\n',
        '        Integer,\n        ForeignKey("public.people.id", ondelete="CASCADE"),\n        index=True,\n',
        '        CheckConstraint("(age > 18)", name="adult"),\n',
        'postgresql_with={"fillfactor": "70"}',
        '    children: Mapped[list[Person]] = relationship(back_populates="parent")\n',
        "    orders_created_by: Mapped[list[Order]]",
        "    profile: Mapped[Profile | None]",
        "    during: Mapped[postgresql.Range[dt.datetime] | None]",
    ],
)
def test_what_people_would_write(written: tuple[str, str], line: str) -> None:
    assert line in written[0]


def test_names_that_postgresql_gives_are_not_repeated(written: tuple[str, str]) -> None:
    assert not {"people_pkey", "people_email_key", "orders_person_id_fkey", "orders_person_id_idx"} & {
        word.strip('"') for word in written[0].replace("=", " ").replace(",", " ").replace("(", " ").split()
    }


def test_rows_of_all_types_go_in_and_come_out(models: tuple[Any, Engine]) -> None:
    module, engine = models
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    given = {
        "mood": module.Mood.VERY_HAPPY, "moods": [module.Mood.SAD, module.Mood.EMPTY], "email": "a@b", "size": 3,
        "during": Range(begin, begin + dt.timedelta(1)), "times": [Range(begin.date(), dt.date(2026, 2, 1))],
        "raw": b"\x00", "long": dt.timedelta(hours=2), "tags": ["x"],
    }  # fmt: skip
    with Session(engine) as session:
        person = module.Person(**given, children=[module.Person(), module.Person(mood=module.Mood.SAD_)])
        order = module.Order(created_by_person=person, first=module.Order(person=person))
        person.orders_by_person.append(order)
        person.profile = module.Profile(bio="words")
        session.add(person)
        session.commit()
    with Session(engine) as session:
        found = session.scalars(select(module.Person).where(module.Person.mood == module.Mood.VERY_HAPPY)).one()
        assert {name: getattr(found, name) for name in given} == given
        assert (found.id, found.number, found.profile.bio) == (1, 1, "words")
        assert [one.mood for one in found.children] == ["sad", "Sad"]
        order = next(one for one in found.orders_by_person if one.first)
        assert (order.first.no, order.created_by_person) == (100, found)
        order.lines = [module.Line()]
        found.children = []
        session.commit()
        assert order.lines[0].id == 1
        session.delete(order.lines[0])
        session.flush()
        session.delete(found)  # PostgreSQL deletes orders and profile
        session.commit()
        assert session.scalars(select(module.Order)).all() == []


def test_modules_with_everything_are_clean(written: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "models.py"
    file.write_text(written[0])
    programs = Path(sys.executable).parent
    for program, *arguments in (
        ("mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"),
        ("ruff", "format", "--isolated", "--check"),
        ("ruff", "check", "--isolated", "--select=F,I,UP"),
    ):
        done = subprocess.run([programs / program, *arguments, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_sqlalchemy_says_is_kept(written: tuple[str, str]) -> None:
    losses = write_catalog(read(written[1]), "idioms").losses
    assert losses.is_lossless
    assert {(entry.object, entry.kind) for entry in losses.of("opaque")} == {
        ("public", "schema"),
        ("public.people.young", "check"),
        ("public.people_number_seq", "sequence_owner"),
        ("public.positive.positive_check", "domain_check"),
        ("public.email.has_at", "domain_check"),
    }


def test_a_simple_design_needs_no_sql(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    load(first, "CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE)")
    text = write_catalog(read(first), "simple").text
    assert not {"event", "SqlType", "text(", "TABLES"} & set(text.split())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        created_by(text, second)
    assert differences(read(first), read(second)) == []
