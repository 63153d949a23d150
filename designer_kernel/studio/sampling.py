"""Plans for sample data of a project: by its hints, for its target or, before there is one, for the design itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer_kernel.design.lower import lower
from designer_kernel.design.sample_hints import RowsPer, RowsShare, SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.studio import deployed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design import Design
    from designer_kernel.sample import Plan
    from designer_kernel.sample.constraints.judging import Judge, Question
    from designer_kernel.sample.planning.facts import TableFacts
    from designer_kernel.sample.rows.values import Values

Hints = SampleHints | Mapping[str, Any] | str


def hints_for(design: Design, given: Hints | None) -> SampleHints:
    """Return the hints of a fill, those given or else the design's own, with every table by its full name.

    Raises
    ------
    UnknownObject
        If they name a table that the design does not have.
    SamplePlanError
        If they cannot be read.
    """
    from designer_kernel.sample.document import hints as hinting

    said = hinting.read(given) if given is not None else design.sample or SampleHints()
    if not said.tables:
        return said
    own = deployed.tables_of(design)

    def full(name: str) -> str:
        return ".".join(deployed.known(own, [name])[0])

    def resolved(table: TableHints) -> TableHints:
        match table.rows:
            case RowsPer(per=per):
                return table.model_copy(update={"rows": table.rows.model_copy(update={"per": full(per)})})
            case RowsShare(of=of):
                return table.model_copy(update={"rows": table.rows.model_copy(update={"of": full(of)})})
        return table

    return said.model_copy(update={"tables": {full(name): resolved(table) for name, table in said.tables.items()}})


def drawn_plan(
    design: Design,
    rows: Mapping[str, int],
    tables: Iterable[str] | None,
    hints: SampleHints,
    document: str | Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Plan:
    """Return the plan for a design that is nowhere deployed.

    Only where a check cannot be read, a shadow database is asked about it.
    """
    from designer_kernel.sample.document import reading
    from designer_kernel.sample.planning import planner

    catalog = lower(design)
    with ExitStack() as stack:
        judge = _ShadowJudge(catalog, stack)
        if document is not None:
            return reading.read(document, catalog, judge=judge)
        return planner.plan(catalog, rows=rows, tables=tables, hints=hints, judge=judge, **options)


@dataclass(slots=True)
class _ShadowJudge:
    """Judges checks in a shadow database with the design, which is made when it is first asked."""

    catalog: Catalog
    stack: ExitStack
    known: Judge | None = None

    def passes(
        self, table: TableFacts, questions: Sequence[Question], rows: Mapping[str, Values], size: int
    ) -> NDArray[np.bool_]:
        """Return, for each question and each row, whether the row passes."""
        if self.known is None:
            self.known = self._made()
        return self.known.passes(table, questions, rows, size)

    def _made(self) -> Judge:
        from designer_kernel.postgres import shadow
        from designer_kernel.postgres.connection import connect
        from designer_kernel.postgres.deploy import deploy
        from designer_kernel.sample.constraints.judging import ServerJudge

        kept = shadow.without_others(self.catalog)
        url = self.stack.enter_context(shadow.shadow_database())
        shadow.install(kept, url)
        deploy(kept, url, allow_missing=True)
        return ServerJudge(self.stack.enter_context(connect(url)))


def document_of(plan: Any) -> str | Mapping[str, Any] | None:
    """Return the document that somebody gave for a plan: a file's text, text itself, or data.

    Raises
    ------
    SamplePlanError
        If the file cannot be read.
    """
    if isinstance(plan, Path) or (isinstance(plan, str) and "\n" not in plan):
        try:
            return Path(plan).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SamplePlanError(
                f"the plan cannot be read: {error}",
                where=str(plan),
                mend="save one by plan.to_yaml(), and name its file",
            ) from error
    if plan is None or isinstance(plan, str | Mapping):
        return plan
    raise SamplePlanError(
        f"{type(plan).__name__} is no plan", where="plan", mend="give a plan, its YAML text, or the path of a file"
    )
