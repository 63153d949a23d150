"""Every notation that a design can be written in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.design.losses import LossReport, all_kept
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.transfer import Exported, corrected, loss_of, without_secrets

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design import Design
    from designer_kernel.diagram.shapes import Picture as Drawn
    from designer_kernel.studio.sources import Source


@dataclass(frozen=True, slots=True)
class Notation:
    """A notation: its name, how a menu calls it, the end of its files' names, and its media type."""

    name: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Design], Exported]


def notation(name: str) -> Notation:
    """Return a notation by its name or the end of its files' names.

    Raises
    ------
    DesignerError
        If there is none; the mend names all.
    """
    wanted = name.lower().lstrip(".")
    for known in NOTATIONS.values():
        if wanted in {known.name, known.suffix.lstrip(".")}:
            return known
    raise DesignerError(f"{name!r} is no notation", mend=f"use one of {', '.join(NOTATIONS)}")


def export(source: Source, to: str) -> Exported:
    """Return a source in a notation. A database or a script becomes SQL without a design between.

    The report holds what became of each object in writing, and before it what reading has changed or refused, and what
    is secret and therefore in no notation. Of what a database has around its objects it tells too, whatever the
    notation: attributes of roles, the database's own comment and settings, large objects.

    Raises
    ------
    DesignerError
        If there is no such notation, or the source cannot be read.
    """
    wanted = notation(to)
    if wanted.name == "sql" and source.kind == "database":
        return _database_as_script(source)
    lost = source.imported.losses.of("changed", "refused")
    if wanted.name == "sql" and source.kind == "script":
        exported = script_of(source.catalog, source.name)
    else:
        exported = wanted.write(source.imported.design)
        lost += without_secrets(one.fact for one in source.imported.design.opaque if one.effect == "fact")
    return Exported(exported.text, lost + exported.losses)


def _database_as_script(source: Source) -> Exported:
    from designer_kernel.exchange.database import all_losses, read_database

    options = source.options
    read = read_database(
        source.text, schemas=options.schemas, owners=options.owners, privileges=options.privileges
    )  # no design is drawn of it
    exported = script_of(read.catalog, source.name)
    return Exported(exported.text, all_losses(exported.losses, read))


def script_of(catalog: Catalog, title: str) -> Exported:
    """Return a catalog as a script, under a title."""
    from designer_kernel.catalog import render

    kept = LossReport(tuple(loss_of(fact, "kept") for fact in catalog.values()))
    losses = corrected(kept, without_secrets(catalog.values()))
    return Exported(render.script(catalog, title=title).text, losses)


def _sql(design: Design) -> Exported:
    from designer_kernel.design.lower import lower

    return script_of(lower(design), design.name)


def _yaml(design: Design) -> Exported:
    from designer_kernel.design import document

    return Exported(document.to_yaml(design), all_kept(design))


def _json(design: Design) -> Exported:
    from designer_kernel.design import document

    return Exported(document.to_json(design), all_kept(design))


def _mermaid(design: Design) -> Exported:
    from designer_kernel.exchange.mermaid import write_mermaid

    return write_mermaid(design)


def _svg(design: Design) -> Exported:
    from designer_kernel.diagram import picture

    return svg_of(design, picture.picture(design))


def svg_of(design: Design, drawn: Drawn) -> Exported:
    """Return a design as its picture, which is drawn already."""
    from designer_kernel.diagram import svg
    from designer_kernel.exchange.pictures import Picture, losses_of

    shown = frozenset({"entities", "relationships", "views", "materialized_views", "enums", "areas", "notes"})
    shows = Picture("the picture does not show it", shown, has_descriptions=True, has_positions=True)
    return Exported(svg.render(drawn, theme="light"), LossReport(tuple(losses_of(design, shows))))


def _dbml(design: Design) -> Exported:
    from designer_kernel.exchange.dbml import write_dbml

    return write_dbml(design)


def _sqlalchemy(design: Design) -> Exported:
    from designer_kernel.exchange.models import write_models

    return write_models(design)


NOTATIONS: Final[Mapping[str, Notation]] = {
    known.name: known
    for known in (
        Notation("sql", "SQL script", ".sql", "application/sql", _sql),
        Notation("yaml", "Design (YAML)", ".design.yaml", "application/yaml", _yaml),
        Notation("json", "Design (JSON)", ".design.json", "application/json", _json),
        Notation("dbml", "DBML", ".dbml", "text/plain", _dbml),
        Notation("mermaid", "Mermaid", ".mmd", "text/plain", _mermaid),
        Notation("svg", "Picture (SVG)", ".svg", "image/svg+xml", _svg),
        Notation("sqlalchemy", "SQLAlchemy models", ".py", "text/x-python", _sqlalchemy),
    )
}
"""The notations, in the order of the menu."""
