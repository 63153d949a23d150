"""SQLAlchemy's metadata as a source: what create_all would create is the design, foreign types are reported."""

from __future__ import annotations

import enum

from sqlalchemy import Column, Computed, Enum, ForeignKey, Identity, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from designer_kernel.exchange.models import read_metadata


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
