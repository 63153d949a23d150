"""`Project`: what a notebook user holds in their hand. It shows itself, completes names, and edits by plain calls."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer_kernel.design import Design, edits
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.notebook import display
from designer_kernel.notebook.diagrams import DrawsProject
from designer_kernel.notebook.entities import EntityView, EntityViews
from designer_kernel.notebook.made_edits import ReplaysProject
from designer_kernel.notebook.migrating import MigratesProject
from designer_kernel.notebook.panels import Panels
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.querying import QueriesProject
from designer_kernel.notebook.relationships import RelationshipView, RelationshipViews
from designer_kernel.notebook.results import Ddl, Diagram, Findings, Said, Steps
from designer_kernel.notebook.rows import HasRows
from designer_kernel.notebook.sample_data import SamplesProject
from designer_kernel.studio.locations import is_shared
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design.refresh import Answer
    from designer_kernel.diagram.style import ThemeName
    from designer_kernel.notebook.connections import ConnectionViews
    from designer_kernel.notebook.team_database import TeamDatabase
    from designer_kernel.notebook.transfer import ExportedText, Losses, Refreshed
    from designer_kernel.postgres.deploy import Deployment
    from designer_kernel.studio.changes import Change

_SINGULAR = {
    "entities": "entity", "attributes": "attribute", "relationships": "relationship", "views": "view", "types": "type",
}  # fmt: skip

KINDS = {"one_to_one": ("1", "0..1"), "one_to_many": ("1", "N"), "many_to_many": ("N", "N")}
"""Kinds of relationship that `Project.relate` takes, and their cardinalities."""


class Project(DrawsProject, HasRows, MigratesProject, QueriesProject, ReplaysProject, SamplesProject):
    """A design in a file, as a notebook uses it.

    ``session`` is the same for everything that shows this project in this kernel, so a change made in code shows in
    widgets, and the reverse.
    """

    def __init__(self, session: ProjectSession) -> None:
        self.session = session

    # looking

    @property
    def name(self) -> str:
        """The design's name."""
        return self.session.name

    @property
    def path(self) -> Path:
        """The design file; every change is in it at once."""
        return self.session.path

    @property
    def design(self) -> Design:
        """The design as it is now, an immutable value."""
        return self.session.design

    @property
    def entities(self) -> EntityViews:
        """The entities by name: ``project.entities["products"].attributes["sku"]``."""
        return EntityViews(self.session)

    @property
    def relationships(self) -> RelationshipViews:
        """The relationships, in the order they were made."""
        return RelationshipViews(self.session)

    @property
    def findings(self) -> Findings:
        """What the rules find in the design as it is now."""
        return Findings(self.session.findings, self.design)

    @property
    def history(self) -> Steps:
        """The edits that led here, and what can be undone."""
        return Steps(self.session.history)

    def server_verdict(self) -> Findings:
        """Return what PostgreSQL itself says of the design, tried out in a shadow database."""
        with bar("judging") as progress:
            return Findings(self.session.server_verdict(progress=progress), self.design)

    def to_frame(self) -> pd.DataFrame:
        """Return every attribute as a DataFrame, those of traits, parents and relationships included."""
        import pandas as pd

        frames = []
        for name, entity in self.entities.items():
            frame = entity.to_frame()
            frame.insert(0, "entity", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def ddl(self, entity: str | None = None) -> Ddl:
        """Return the SQL script that creates the database, or the table of one entity; ``.save(path)`` keeps it."""
        return Ddl(self.session.ddl(entity).text)

    def erd(self, theme: ThemeName = "auto") -> Diagram:
        """Return the ER diagram; ``.save("shop.svg")`` keeps it. Themes: ``light``, ``dark``, ``auto``."""
        return Diagram(self.session.svg(theme), self.session.mermaid())

    def mermaid(self) -> Said:
        """Return the ER diagram as Mermaid text."""
        return Said(self.session.mermaid())

    def designer(self, **options: Any) -> Any:
        """Return the designer: canvas, inspector, findings and DDL as one widget."""
        return _display("designer")(self, **options)

    @property
    def panel(self) -> Panels:
        """One panel of the designer alone: ``project.panel.data()``, ``project.panel("query", height="600px")``."""
        return Panels(self.designer)

    def graph(self, **options: Any) -> Any:
        """Return the diagram as an ipycytoscape graph, for exploring."""
        return _display("graph")(self, **options)

    # changing

    def apply(self, edit: edits.Edit) -> Change:
        """Make an edit given as a value of `designer_kernel.design.edits`."""
        return self.session.apply(edit)

    def add_entity(self, name: str, *lines: str, **fields: Any) -> EntityView:
        """Add an entity with attributes written as in CREATE TABLE.

        Parameters
        ----------
        name
            Its name; ``"schema.name"`` outside the default schema.
        lines
            ``"id uuid primary key default gen_random_uuid()"``, ``"code varchar(20) unique not null"``…
        fields
            Other fields of an entity: ``description``, ``is_abstract``, ``traits``, ``colour``…

        Raises
        ------
        InvalidSql, InvalidDesign
            If a line is no attribute, or the entity does not fit the design.
        """
        attributes = [parse_line(line).model_dump() for line in lines]
        schema, _dot, own_name = name.rpartition(".")
        placed = {"schema_name": schema} if schema else {}
        data = {"name": own_name, "attributes": attributes, **placed, **fields}
        edit = edits.parse_edit({"kind": "add_entity", "entity": data})
        assert isinstance(edit, edits.AddEntity)  # the kind says so
        self.session.apply(edit)
        return EntityView(self.session, edit.entity.id)

    def relate(
        self,
        parent: str,
        child: str,
        kind: str = "one_to_many",
        *,
        optional: bool = False,
        through: str = "",
        **fields: Any,
    ) -> RelationshipView:
        """Relate two entities; the foreign key comes by itself.

        Parameters
        ----------
        parent, child
            Names of entities. In a many-to-many neither is the parent.
        kind
            ``one_to_many``, ``one_to_one`` or ``many_to_many``.
        optional
            Whether a child may be without a parent.
        through
            In a many-to-many, the junction: an entity there is, or the name of the one to make.
        fields
            Other fields of a relationship: ``name``, ``on_delete_action="CASCADE"``, ``target_attributes``…

        Raises
        ------
        UnknownObject, InvalidDesign
            If an entity is not there, or the relationship contradicts itself.
        """
        if kind not in KINDS:
            raise DesignerError(f"{kind!r} is no kind of relationship", mend=f"use {', '.join(KINDS)}")
        source, target = self.design.entity(parent), self.design.entity(child)
        parents, children = KINDS[kind]
        junction = self.design.find_entity(through) if through else None
        between = {"junction_entity_id": junction.id} if junction else {"junction_name": through} if through else {}
        data = {
            "source_entity_id": source.id,
            "target_entity_id": target.id,
            "relationship_type": kind.upper(),
            "source_cardinality": "0..1" if optional and kind != "many_to_many" else parents,
            "target_cardinality": children,
            **between,
            **fields,
        }
        edit = edits.parse_edit({"kind": "add_relationship", "relationship": data})
        assert isinstance(edit, edits.AddRelationship)  # the kind says so
        self.session.apply(edit)
        return RelationshipView(self.session, edit.relationship.id)

    def undo(self) -> Said:
        """Take the last change back, whoever made it: a cell or a widget."""
        label = self.history.undo_label
        return Said(f"undone: {label}" if self.session.undo() else "there is nothing to undo")

    def redo(self) -> Said:
        """Make the change again that was undone last."""
        label = self.history.redo_label
        return Said(f"done again: {label}" if self.session.redo() else "there is nothing to redo")

    def reload(self) -> Said:
        """Take over what someone else has written to the design file."""
        return Said("reloaded" if self.session.reload() else "the file holds nothing new")

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Go on in another file, and return its path."""
        return self.session.save_as(path)

    # other notations

    def export(self, to: str, path: str | os.PathLike[str] | None = None, *, replace: bool = False) -> ExportedText:
        """Return the design in another notation, and keep it in a file if a path is given.

        Parameters
        ----------
        to
            ``sql``, ``yaml``, ``json``, ``dbml``, ``mermaid``, ``svg`` or ``sqlalchemy``.
        path
            The file to write.
        replace
            Whether to replace a file of this name; the project's own file never is.

        Raises
        ------
        DesignerError
            If there is no such notation, or the file is there already.
        """
        from designer_kernel.notebook.transfer import ExportedText
        from designer_kernel.studio.locations import check_free

        if path is not None:
            check_free(Path(path), self.path, replace=replace)
        exported = ExportedText.of(self.session.export(to))
        if path is not None:
            exported.save(Path(path), replace=replace)
        return exported

    def refresh(self, url: str | None = None, *, decide: Mapping[str, Answer] | None = None) -> Refreshed:
        """Bring the design up to date with its database, or with that of ``url``; ``undo`` takes it back.

        Positions, colours and descriptions stay. What was renamed there is renamed here; where that is not certain,
        nothing changes until ``decide`` says for each question whether to ``"rename"`` or to ``"replace"``. What is
        drawn and not there stays; with the answer ``"remove"`` it goes, with ``"keep"`` it is not asked about again.
        """
        from designer_kernel.notebook.transfer import Refreshed

        with bar("comparing") as progress, reached(self.session, url, write=False) as place:
            return Refreshed(self.session.refresh(place, decide=decide, progress=progress), self.name)

    @property
    def losses(self) -> Losses:
        """What became of each object when the project was imported in this session; ``.to_frame()`` is a DataFrame.

        A project that was imported earlier, or never, has none, and says so.
        """
        from designer_kernel.notebook.transfer import Losses

        losses = self.session.losses
        return Losses(losses, f"{self.name}: loss report", is_kept=len(losses) > 0)

    # the database

    @property
    def connections(self) -> ConnectionViews:
        """The connections of a team's workspace by name: ``project.connections["prod"].deploy()``."""
        from designer_kernel.notebook.connections import ConnectionViews
        from designer_kernel.studio.team.working import connections_of

        return ConnectionViews(connections_of(self.session), self.session)

    @property
    def team(self) -> TeamDatabase:
        """What is deployed of a team's project where the team has its databases: ``project.team.deploy()``."""
        from designer_kernel.notebook.team_database import team_of

        return team_of(self.session)

    @property
    def target(self) -> str:
        """The database that the project is deployed to: a name on the default server, or a URL."""
        return self.session.target

    @target.setter
    def target(self, value: str) -> None:
        self.session.target = value

    def deploy(
        self, url: str | None = None, *, allow_missing: bool = False, cancel: threading.Event | None = None
    ) -> Deployment:
        """Create in the target, or in the database of ``url``, what the design means: all of it or nothing.

        Of a team's project ``url`` may be one of its connections: ``connection:prod``. Without it, it is a database of
        one's own; ``project.team.deploy()`` is the team's.
        """
        with bar("deploying") as progress, reached(self.session, url) as place:
            done = self.session.deploy(place, allow_missing=allow_missing, progress=progress, cancel=cancel)
        if url is None and is_shared(self.session.place):
            note = f"in a database of your own, {self.target}; project.team.deploy() is for the team's"
            return replace(done, notes=(*done.notes, note))
        return done

    @property
    def is_deployed(self) -> bool:
        """Whether the target holds something of the design."""
        with reached(self.session, write=False) as place:
            return self.session.is_deployed(place)

    def preview(self, table: str, limit: int = 20) -> pd.DataFrame:
        """Return the first rows of an entity's table."""
        with reached(self.session, write=False) as place:
            return self.session.preview(table, limit, url=place)

    def row_counts(self) -> pd.DataFrame:
        """Return the tables of the target with their numbers of rows."""
        with reached(self.session, write=False) as place:
            return self.session.row_counts(url=place)

    def verify(self, url: str | None = None) -> pd.DataFrame:
        """Return every constraint of the target with the number of rows that break it.

        ``url`` is another database than the target, by its URL or name, or ``connection:NAME``.
        """
        with bar("checking") as progress, reached(self.session, url, write=False) as place:
            return self.session.verify(url=place, progress=progress)

    # showing itself

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {label}" for label, count in self._counts())
        return f"{self.name}: {counts}; {self.findings.summary()}\n{self.session.place}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/plain": repr(self),
            "text/html": self._html(),
            "text/vnd.mermaid": self.session.mermaid(),
            "image/svg+xml": self.session.svg("light"),
        }

    def _html(self) -> str:
        findings = self.findings
        parts = [display.facts((label, count) for label, count in self._counts())]
        if findings:
            parts += [display.note(findings.summary()), findings.rows(5)]
        else:
            parts.append(display.note("nothing to mend", "good"))
        parts.append(f'<div class="picture">{self.session.svg("auto")}</div>')
        subtitle = " · ".join(filter(None, (self.design.description, self.session.place)))
        return display.card(self.name, *parts, subtitle=subtitle)

    def _counts(self) -> list[tuple[str, int]]:
        design = self.design
        counted = (
            ("entities", len(design.entities)),
            ("attributes", sum(len(entity.attributes) for entity in design.entities)),
            ("relationships", len(design.relationships)),
            ("views", len(design.views) + len(design.materialized_views)),
            ("types", len(design.enums) + len(design.domains)),
        )
        shown = [(label, count) for label, count in counted if count or label == "entities"]
        return [(_SINGULAR[label] if count == 1 else label, count) for label, count in shown]


def _display(name: str) -> Any:
    """Return a display that a widget package offers under the entry points ``designer_kernel.displays``."""
    for entry in entry_points(group="designer_kernel.displays", name=name):
        return entry.load()
    raise DesignerError(f"no installed package offers {name!r}", mend="pip install 'schema-designer[notebook]'")
