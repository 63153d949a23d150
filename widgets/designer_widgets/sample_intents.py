"""What a view may ask about sample data: the plan, rows as they would be, and whether a fill is as promised."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from designer_widgets.intent_bases import Changing, Intent, Working

Table = Annotated[str, Field(min_length=1, max_length=200)]


class PlanSample(Intent):
    """Return the plan of the design's sample data: its tables, figures, hints and the names of providers."""

    kind: Literal["plan_sample"]


class PreviewSample(Intent):
    """Return the columns of one table of the plan, and some rows as they would be."""

    kind: Literal["preview_sample"]
    table: Table
    rows: Annotated[int, Field(ge=1, le=50)] = 8
    start: Annotated[int, Field(ge=0, le=2**31)] = 0


class HintSample(Changing):
    """Change what the design says of sample data: of all of it, of a table, or of a column; ``None`` takes it back.

    The plan that comes of it is made before the hint is kept; what cannot be planned changes nothing.
    """

    kind: Literal["hint_sample"]
    table: Table | None = None
    column: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    changes: Annotated[dict[Annotated[str, Field(max_length=200)], Any], Field(min_length=1, max_length=40)]


class ReportSample(Working):
    """Compare what the last fill promised with what the target holds."""

    kind: Literal["report_sample"]


SampleIntent = PlanSample | PreviewSample | HintSample | ReportSample
