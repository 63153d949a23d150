"""Designs as SQLAlchemy models: the module runs, creates the same database, and takes and gives rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import assume, given, settings
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from designer_kernel.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.models import write_catalog, write_models
from designer_kernel.postgres.introspect import introspect
from designer_kernel.studio.templates import from_template
from tests.designer_kernel.catalog.databases import FreshUrl, load, read
from tests.designer_kernel.exchange.models.modules import created_by, engine_of, imported
from tests.strategies import designs


@pytest.fixture
def blog(database_url: str) -> Iterator[tuple[Any, Engine]]:
    """The blog's models, and an engine for a database that they have created."""
    module = imported(write_models(from_template("blog", "blog")).text)
    engine = engine_of(database_url)
    module.Base.metadata.create_all(engine)
    yield module, engine
    engine.dispose()


def test_rows_go_in_and_come_out(blog: tuple[Any, Engine]) -> None:
    models, engine = blog
    with Session(engine) as session:
        author = models.Author(name="Ada", email="ada@example.org")
        post = models.Post(author=author, title="First", slug="first", body="Words")
        post.comments.append(models.Comment(name="Bo", body="Yes"))
        session.add(post)
        session.commit()
    with Session(engine) as session:
        found = session.scalars(select(models.Post).join(models.Post.author).where(models.Author.name == "Ada")).one()
        assert (found.title, found.status, found.author.email) == ("First", "draft", "ada@example.org")
        assert [comment.body for comment in found.comments] == ["Yes"]
        assert found.created_at.tzinfo is not None


def test_creating_again_does_nothing(blog: tuple[Any, Engine]) -> None:
    models, engine = blog
    with engine.connect() as connection:
        before = introspect(connection.connection.driver_connection)  # type: ignore[arg-type] # psycopg's own
    models.Base.metadata.create_all(engine)
    with engine.connect() as connection:
        assert introspect(connection.connection.driver_connection) == before  # type: ignore[arg-type]


def same_database(design: Design, fresh: FreshUrl) -> None:
    """Create a design by our script, and by its models; PostgreSQL must hold the same."""
    ours, theirs = fresh(), fresh()
    catalog = lower(design)
    load(ours, render.script(catalog).text)
    created_by(write_catalog(catalog, design.name).text, theirs)
    assert differences(read(ours), read(theirs)) == []


@pytest.mark.parametrize("template", ["blog", "blank"])
def test_models_create_the_same_database_as_the_script(template: str, fresh_url: FreshUrl) -> None:
    same_database(from_template(template, template), fresh_url)


@settings(max_examples=15, deadline=None)
@given(design=designs())
def test_models_of_any_design_are_python_that_runs(design: Design) -> None:
    try:
        catalog = lower(design)
    except DesignerError:
        assume(False)  # a design that contradicts itself means nothing
    imported(write_catalog(catalog, design.name).text)


def test_what_sqlalchemy_has_no_words_for_is_named() -> None:
    exported = write_models(from_template("blog", "blog"))
    opaque = {entry.kind for entry in exported.losses.of("opaque")}
    assert {"function", "trigger"} <= opaque
    assert exported.losses.is_lossless


def test_a_name_that_python_keeps_for_itself_is_another_in_the_class(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute('CREATE TABLE "class" ("import" int PRIMARY KEY, metadata text, "a b" int, "1st" int)')
        text = write_catalog(introspect(connection), "odd").text
    columns = imported(text).Class.__table__.columns
    assert [column.name for column in columns] == ["import", "metadata", "a b", "1st"]


@pytest.mark.older(since=15)
def test_the_marketplace_as_models(fresh_older_url: FreshUrl) -> None:
    same_database(from_template("marketplace", "marketplace"), fresh_older_url)


LINKED = """
CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY, name text NOT NULL);
CREATE TABLE roles (id int PRIMARY KEY, name text);
CREATE TABLE user_roles (
    user_id int REFERENCES users ON DELETE CASCADE, role_id int REFERENCES roles, PRIMARY KEY (user_id, role_id));
CREATE TABLE employees (id int PRIMARY KEY, manager_id int REFERENCES employees);
CREATE SCHEMA other;
CREATE TABLE other.users (id int PRIMARY KEY);
CREATE TABLE log (message text);
"""


def test_junctions_and_self_references_lead_both_ways(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(LINKED)
        text = write_catalog(introspect(connection), "linked").text
    models = imported(text)
    engine = engine_of(database_url)
    with Session(engine) as session:
        user = models.User(name="Ada", roles=[models.Role(id=1, name="admin")])
        boss = models.Employee(id=1, employees_by_manager=[models.Employee(id=2)])
        session.add_all([user, boss, models.OtherUser(id=1)])
        session.commit()
        assert user.id == 100
        assert [one.name for one in session.get_one(models.Role, 1).users] == ["Ada"]
        assert session.get_one(models.Employee, 2).manager is boss
        assert session.execute(select(models.user_roles)).all() == [(100, 1)]
        session.delete(session.get_one(models.User, 100))
        session.commit()
        assert session.execute(select(models.user_roles)).all() == []
    engine.dispose()


def test_modules_are_clean_to_mypy_and_formatted(tmp_path: Path) -> None:
    file = tmp_path / "blog_models.py"
    file.write_text(write_models(from_template("blog", "blog")).text)
    programs = Path(sys.executable).parent
    for program, *arguments in (
        ("mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"),
        ("ruff", "format", "--isolated", "--check"),
        ("ruff", "check", "--isolated", "--select=F,I,UP"),
    ):
        done = subprocess.run([programs / program, *arguments, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_table_named_like_a_type_of_sqlalchemy_is_another_class(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE uuid (id uuid PRIMARY KEY); CREATE TABLE text (id text PRIMARY KEY)")
        text = write_catalog(introspect(connection), "names").text
    models = imported(text)
    assert {model.__tablename__ for model in models.Base.__subclasses__()} == {"uuid", "text"}


def test_colons_in_sql_are_no_parameters(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    script = (
        "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT ':now' CHECK (a ~ '\\:x|:y'),"
        " b text GENERATED ALWAYS AS (a || ':z') STORED); CREATE INDEX ON t ((a || ':i')) WHERE a <> ':w'"
    )
    load(first, script)
    created_by(write_catalog(read(first), "colons").text, second)
    assert differences(read(first), read(second)) == []


def test_columns_named_like_what_a_class_uses_hide_nothing(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    script = (
        "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE people (text text, uuid uuid, dt date, list int[], int int,"
        ' postgresql int4range, enum mood, "MOOD" mood, "Person" int, a text DEFAULT now(), b uuid, c date, d int[],'
        ' id int PRIMARY KEY, "relationship" int REFERENCES people, e mood, jobs int);'
        "CREATE TABLE job (id int PRIMARY KEY);"
        "CREATE TABLE jobs (job int REFERENCES job, person int REFERENCES people, PRIMARY KEY (job, person))"
    )
    load(first, script)
    created_by(write_catalog(read(first), "hidden").text, second)
    assert differences(read(first), read(second)) == []
