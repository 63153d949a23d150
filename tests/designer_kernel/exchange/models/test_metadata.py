"""SQLAlchemy's metadata as a source: what create_all would create is the design, foreign types are reported."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import (
    DDL,
    Column,
    Computed,
    Enum,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    Numeric,
    PickleType,
    Sequence,
    Table,
    Text,
    TypeDecorator,
    event,
    func,
    text,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from designer_kernel.catalog.compare import differences
from designer_kernel.design.lower import lower
from designer_kernel.exchange.models import read_metadata, write_models
from designer_kernel.exchange.sql import import_sql
from designer_kernel.studio.templates import from_template
from tests.designer_kernel.exchange.models.modules import imported


class Colour(enum.Enum):
    """An enumeration of Python's; PostgreSQL keeps the names."""

    red = 1
    blue = 2


class Base(DeclarativeBase):
    """Models with a naming convention."""

    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"})


class Shape(Base):
    """What only PostgreSQL has."""

    __tablename__ = "shapes"
    __table_args__ = (
        postgresql.ExcludeConstraint(("during", "&&"), using="gist", name="apart"),
        Index("few", "size", postgresql_where=text("size > 3"), postgresql_include=["colour"]),
        {"schema": "app", "comment": "100 % shapes"},
    )

    id: Mapped[int] = mapped_column(Identity(always=True, start=5), primary_key=True)
    size: Mapped[int] = mapped_column(comment="it's big")
    colour: Mapped[Colour] = mapped_column(server_default="red")
    during: Mapped[object] = mapped_column(postgresql.TSTZRANGE)
    tags: Mapped[list[str]] = mapped_column(postgresql.ARRAY(Text), server_default="{}")
    twice: Mapped[int] = mapped_column(Computed("size * 2", persisted=True))


class Hole(Base):
    """A table whose type lives in another schema."""

    __tablename__ = "holes"

    id: Mapped[int] = mapped_column(primary_key=True)
    shape_id: Mapped[int] = mapped_column(ForeignKey("app.shapes.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Enum("round", "square", name="kind", schema="types"))


def test_declarative_models_become_a_design() -> None:
    read = read_metadata(Base.metadata, "shop")
    assert not list(read.losses.of("refused", "changed"))
    shapes, holes = read.design.entity("shapes"), read.design.entity("holes")
    assert [a.name for a in shapes.attributes] == ["id", "size", "colour", "during", "tags", "twice"]
    assert shapes.description == "100 % shapes"
    assert (len(shapes.exclusions), len(shapes.indexes)) == (1, 1)
    assert {one.name: one.labels for one in read.design.enums} == {
        "colour": ("red", "blue"), "kind": ("round", "square"),
    }  # fmt: skip
    (key,) = read.design.relationships
    assert (key.target_entity_id, key.name) == (holes.id, "fk_holes_shape_id")


def test_types_of_other_databases_are_changed_and_named() -> None:
    metadata = MetaData()
    columns = Column("id", Integer, primary_key=True), Column("body", mysql.MEDIUMTEXT), Column("y", mysql.YEAR)
    table = Table("t", metadata, *columns)
    read = read_metadata(metadata)
    assert [a.type for a in read.design.entity("t").attributes][1:] == ["character varying", "text"]
    assert {loss.object for loss in read.losses.of("changed")} == {"t.body", "t.y"}
    assert isinstance(table.c.body.type, mysql.MEDIUMTEXT)  # what is not ours stays as it is


class Money(TypeDecorator[int]):
    """A type that converts in Python."""

    impl = Numeric(10, 2)
    cache_ok = True


def metadata_with_python() -> MetaData:
    """Return a table with all that only Python knows."""
    metadata = MetaData(info={"owner": "me"})
    table = Table(
        "t",
        metadata,
        Column("id", Integer, primary_key=True, default=lambda: 1, info={"label": "Id"}),
        Column("name", Text, default="x", onupdate=func.upper("y"), key="title"),
        Column("price", postgresql.ARRAY(Money)),
        Column("number", Integer, Sequence("numbers", start=5), server_onupdate=FetchedValue()),
        Index("short", "title", mysql_length=10, info={"a": 1}),
        mysql_engine="InnoDB",
        info={"a": 1},
    )
    event.listen(table, "after_create", DDL("COMMENT ON TABLE t IS 'told by an event'"))
    return metadata


def test_what_stays_in_python_is_named() -> None:
    read = read_metadata(metadata_with_python())
    assert read.design.entity("t").description == "told by an event"
    assert {(loss.object, loss.kind, loss.outcome) for loss in read.losses.of("changed", "refused")} == {
        ("MetaData", "info", "refused"),
        ("t", "info", "refused"),
        ("t", "mysql_engine", "refused"),
        ("t.id", "default", "refused"),
        ("t.id", "info", "refused"),
        ("t.name", "default", "refused"),
        ("t.name", "onupdate", "refused"),
        ("t.name", "key", "refused"),
        ("t.price", "conversion", "changed"),
        ("t.number", "default", "changed"),
        ("t.number", "server onupdate", "refused"),
        ("t.short", "mysql_length", "refused"),
        ("t.short", "info", "refused"),
    }
    assert all(loss.reason for loss in read.losses.of("changed", "refused"))


def test_what_postgresql_has_itself_is_converted_by_nobody() -> None:
    metadata = MetaData()
    Table("t", metadata, Column("took", Interval), Column("thing", PickleType), Column("price", Money))
    read = read_metadata(metadata)
    assert {loss.object: loss.reason for loss in read.losses.of("changed", "refused")} == {
        "t.thing": "PickleType converts values in Python; PostgreSQL has BYTEA",
        "t.price": "Money converts values in Python; PostgreSQL has NUMERIC(10, 2)",
    }


def test_schemas_of_models_that_we_write_are_made_once() -> None:
    script = "CREATE SCHEMA app; CREATE SCHEMA aux; CREATE TABLE app.t (id int PRIMARY KEY); CREATE TABLE aux.t (x int)"
    models = imported(write_models(import_sql(script).design).text)
    assert not read_metadata(models.Base.metadata).losses.of("refused")


def test_what_listens_runs_as_far_as_it_can() -> None:
    metadata = metadata_with_python()

    @event.listens_for(metadata, "after_create")
    def sent(_target: object, connection: Any, **_given: object) -> None:
        connection.exec_driver_sql("CREATE VIEW v AS SELECT id FROM t")

    read = read_metadata(metadata)
    assert [view.name for view in read.design.views] == ["v"]
    assert [loss.outcome for loss in read.losses if loss.kind == "event after_create"] == ["changed"]

    @event.listens_for(metadata.tables["t"], "before_create")
    def asks(_target: object, connection: Any, **_given: object) -> None:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1

    read = read_metadata(metadata)
    assert [entity.name for entity in read.design.entities] == ["t"]
    assert {loss.outcome for loss in read.losses if loss.kind.startswith("event")} == {"refused"}


def test_models_that_we_write_are_read_as_what_they_were() -> None:
    design = from_template("blog", "blog")
    models = imported(write_models(design).text)
    read = read_metadata(models.Base.metadata, "blog")
    assert not read.losses.of("refused")
    assert differences(lower(design), lower(read.design), with_sql=False) == []
