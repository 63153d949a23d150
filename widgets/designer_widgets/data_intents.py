"""What a view may ask about rows of what is deployed: to look at them, and to change them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from designer_widgets.intent_bases import Intent, Viewing, Working

LARGEST_CELL: Final = 1_000_000
"""Characters of one value that a page may send."""

LARGEST_PART: Final = 4_000_000
"""Characters of a part of a file that a page may send."""

Key = Annotated[str, Field(max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Cell = Annotated[str, Field(max_length=LARGEST_CELL)] | None
Cells = Annotated[dict[Name, Cell], Field(max_length=1600)]


Mapping = Annotated[dict[Annotated[str, Field(max_length=10_000)], Name], Field(max_length=1600)]
"""Columns of a table by those of a file."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GivenFilter(_Part):
    """What is asked of a column; ``value`` is missing where NULL is asked for, or anything else than it."""

    column: Name
    operation: Literal["eq", "ne", "lt", "le", "gt", "ge", "ilike", "is_null", "is_not_null"]
    value: Annotated[str, Field(max_length=10_000)] = ""


class GivenSort(_Part):
    """What rows are sorted by."""

    column: Name
    descending: bool = False


class GivenChange(_Part):
    """A change of one row; see `designer_kernel.studio.tabular.saving.RowChange`."""

    kind: Literal["insert", "update", "delete"]
    key: Cells = Field(default_factory=dict)
    values: Cells = Field(default_factory=dict)
    revision: Annotated[str, Field(max_length=64)] = ""


Filters = Annotated[tuple[GivenFilter, ...], Field(max_length=50)]


class OfRows(Intent):
    """Base of intents about rows in the widget's target, or over a connection of the project's workspace."""

    connection: Name | None = None


class _Looking(OfRows, Viewing):
    pass


class _Writing(OfRows, Working):
    pass


class ListTables(_Looking):
    """Return the tables and views that are deployed, or that nothing is."""

    kind: Literal["data_tables"]


class LookAtTable(_Looking):
    """Return the columns and foreign keys of a table."""

    kind: Literal["data_table"]
    table: Name


class ReadPage(_Looking):
    """Return some rows of a table, and how the rows are called that they lead to."""

    kind: Literal["data_page"]
    table: Name
    filters: Filters = ()
    sort: Annotated[tuple[GivenSort, ...], Field(max_length=10)] = ()
    cursor: Annotated[str, Field(max_length=100_000)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class CountRows(_Looking):
    """Return how many rows there are."""

    kind: Literal["data_count"]
    table: Name
    filters: Filters = ()


class FindRows(_Looking):
    """Return rows that a foreign key may lead to."""

    kind: Literal["data_find"]
    table: Name
    reference: Name
    text: Annotated[str, Field(max_length=1000)] = ""
    within: Cells = Field(default_factory=dict)


class SaveRows(_Writing):
    """Make changes of rows, all of them or none."""

    kind: Literal["data_save"]
    table: Name
    changes: Annotated[tuple[GivenChange, ...], Field(min_length=1, max_length=1000)]


class SendFile(_Writing):
    """Send a part of a file of rows; the first has no key, and the last is answered with what is in it."""

    kind: Literal["data_file"]
    table: Name
    name: Annotated[str, Field(min_length=1, max_length=255)]
    part: Annotated[str, Field(max_length=LARGEST_PART)]
    key: Key | None = None
    is_last: bool


class TryFile(_Writing):
    """Return what would become of the first rows of a file."""

    kind: Literal["data_try"]
    table: Name
    key: Key
    mapping: Mapping


class LoadFile(_Writing):
    """Add the rows of a file; those that the server refuses are kept with their reasons."""

    kind: Literal["data_load"]
    table: Name
    key: Key
    mapping: Mapping


class ListRejected(Working):
    """Return the rows of a file that were refused, as CSV."""

    kind: Literal["data_rejected"]
    key: Key
    formula_safe: bool = True


class ExportRows(_Looking):
    """Write rows to a file, to be fetched in parts."""

    kind: Literal["data_export"]
    table: Name
    format: Literal["csv", "json", "parquet", "xlsx"]
    filters: Filters = ()
    sort: Annotated[tuple[GivenSort, ...], Field(max_length=10)] = ()
    formula_safe: bool = True


class FetchPart(Viewing):
    """Return a part of the file that was written last."""

    kind: Literal["data_part"]
    key: Key
    offset: Annotated[int, Field(ge=0)] = 0


DataIntent = (
    ListTables
    | LookAtTable
    | ReadPage
    | CountRows
    | FindRows
    | SaveRows
    | SendFile
    | TryFile
    | LoadFile
    | ListRejected
    | ExportRows
    | FetchPart
)
