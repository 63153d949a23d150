"""Revision files run under Alembic itself, on a real server."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.migrations.alembic import write_revision
from tests.designer_kernel.exchange.migrations.conftest import MakeWay, Way

ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True,
                      dialect_opts={"paramstyle": "named"}, version_table_schema="alembic")
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, version_table_schema="alembic")
        with context.begin_transaction():
            context.run_migrations()
"""
COLONS = (
    "COMMENT ON TABLE shop.orders IS 'a:b ::c \\:d \\\\:e %s %(x)s 100%% :f''s \"g\" é'",
    r"""CREATE FUNCTION shop.odd(a text) RETURNS text LANGUAGE plpgsql AS $$BEGIN
        RETURN format('%s:%I \n \:x', a::text, 'y') || $q$:z%$q$; END$$""",
    "ALTER TABLE shop.orders ADD COLUMN extra jsonb DEFAULT '{\"a\": 1}'",
)


def project(folder: Path, url: str, *revisions: str) -> Config:
    """Make a project of Alembic with revisions, and return its configuration."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV, encoding="utf-8")
    for number, revision in enumerate(revisions):
        (folder / "versions" / f"r{number}.py").write_text(revision, encoding="utf-8")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("sqlalchemy.url", url.replace("postgresql://", "postgresql+psycopg://").replace("%", "%%"))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS alembic"))
    engine.dispose()
    return config


def found(way: Way, *, is_up: bool) -> list[object]:
    """Return how a database differs from what is meant, but for what Alembic keeps in it."""
    meant = way.migration.after if is_up else way.migration.before
    now = way.now
    return differences(meant, now.only(key for key in now if "alembic" not in key.path))


@pytest.mark.parametrize("is_online", [False, True], ids=["transaction", "online"])
def test_a_revision_goes_up_and_down(is_online: bool, make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(
        *COLONS,
        "ALTER TABLE shop.orders ALTER note SET NOT NULL",
        "CREATE INDEX orders_note ON shop.orders (note)",
        is_online=is_online,
    )
    revision = write_revision(way.migration)
    assert ("autocommit_block" in revision) == is_online
    config = project(tmp_path / "alembic", way.url, revision)
    command.upgrade(config, "head")
    assert found(way, is_up=True) == []
    command.downgrade(config, "base")
    assert found(way, is_up=False) == []


def test_alembic_writes_the_same_script_offline(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*COLONS)
    config = project(tmp_path / "alembic", way.url, write_revision(way.migration))
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    script = config.output_buffer.getvalue()
    for step in way.migration.plan.up:
        for statement in step.statements:
            assert statement in script


def test_revisions_follow_each_other(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET NOT NULL")
    first = write_revision(way.migration, revision="a1")
    second = write_revision(way.migration.backwards(), revision="b2", down_revision="a1")
    command.upgrade(project(tmp_path / "alembic", way.url, first, second), "b2")
    assert found(way, is_up=False) == []


@pytest.mark.parametrize("revision", ["a b", "x" * 33, "a'b", 'a"""'])
def test_no_other_identity_of_a_revision_is_written(revision: str, make_way: MakeWay) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET NOT NULL")
    with pytest.raises(DesignerError, match="no identity of a revision"):
        write_revision(way.migration, revision=revision)
    with pytest.raises(DesignerError, match="no identity of a revision"):
        write_revision(way.migration, down_revision=revision)


@pytest.mark.parametrize("dialect", [PGDialect_psycopg, PGDialect_psycopg2])
@given(sql=st.text(alphabet="a:\\ %'(x)s1\n$é"))
def test_no_text_is_changed_on_its_way_to_the_server(dialect: type[PGDialect_psycopg], sql: str) -> None:
    compiled = text(sql.replace(":", "\\:")).compile(dialect=dialect())
    assert compiled.params == {}
    assert str(compiled) == sql.replace("%", "%%")
