"""Rows of what is deployed, in a notebook: ``project.rows("orders")`` reads, adds, changes and removes them."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Said
from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.rows import DatabaseRows
from designer_kernel.studio.tabular.asking import ANY, MOST_ROWS, filters_of, sorts_of
from designer_kernel.studio.tabular.incoming import Given, read_given
from designer_kernel.studio.tabular.saving import RowChange

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.tabular.shape import Column
    from designer_kernel.studio.tabular.views import RowView

Where = Mapping[str, Any]
"""What is asked of rows by column: a value, ``None``, a list, or a pair such as ``(">=", 10)``."""


class HasRows:
    """The part of a project that reads and changes rows of what is deployed."""

    session: ProjectSession

    def rows(self, entity: str, url: str | None = None) -> Rows:
        """Return the rows of an entity or a view in the target: ``project.rows("orders").to_frame({"paid": True})``.

        Parameters
        ----------
        url
            Another database than the target, by its URL or name, or ``connection:NAME``.
        """
        return Rows(DatabaseRows(self.session, url), entity)


class Rows:
    """The rows of one table or view."""

    def __init__(self, rows: DatabaseRows, table: str) -> None:
        self._rows = rows
        self._table = table

    def __repr__(self) -> str:
        words = "to_frame(), pages(), count(), insert(), update(), delete(), load(), export()"
        return f"rows of {self._table}: {words}"

    # reading

    def count(self, where: Where | None = None) -> str:
        """Return how many rows pass the filters, in words: of many about how many."""
        found = self._rows.count(self._table, filters_of(where))
        return {"exactly": "", "about": "about ", "more": "more than "}[found.kind] + f"{found.rows:,}"

    def to_frame(
        self, where: Where | None = None, order: str | Sequence[str] | None = None, *, limit: int = 1_000
    ) -> pd.DataFrame:
        """Return rows as a DataFrame.

        Parameters
        ----------
        where
            ``{"state": "paid", "total": (">=", 10), "note": None}``; also lists, ``("ilike", "%x%")``.
        order
            Columns; ``"-total"`` for falling values. The key decides where they say nothing.
        limit
            At most so many rows, up to 1,000; `pages` reads on.

        Raises
        ------
        DesignerError
            If nothing is deployed, or a filter means nothing here.
        """
        found = self._rows.page(self._table, filters_of(where), sorts_of(order), limit=limit)
        return self._frame(self._rows.table(self._table).shape.columns, found.rows)

    def pages(
        self, where: Where | None = None, order: str | Sequence[str] | None = None, *, size: int = 1_000
    ) -> Iterator[pd.DataFrame]:
        """Yield all rows that pass the filters, as DataFrames of some rows each."""
        columns, cursor = self._rows.table(self._table).shape.columns, None
        while True:
            found = self._rows.page(self._table, filters_of(where), sorts_of(order), limit=size, cursor=cursor)
            yield self._frame(columns, found.rows)
            cursor = found.next
            if cursor is None:
                return

    # changing

    def insert(self, *rows: Mapping[str, Any]) -> pd.DataFrame:
        """Add rows, all of them or none, and return them with what the server filled in.

        Raises
        ------
        BadInput
            If the server refuses one; ``where`` names its column.
        """
        return self._saved([RowChange("insert", values=row) for row in rows])

    def update(self, key: Any, /, **changes: Any) -> pd.DataFrame:
        """Change the row of a key, and return it as it is then.

        Parameters
        ----------
        key
            The value of the key; of a key of several columns a mapping.
        """
        return self._saved([RowChange("update", self._key(key), changes, ANY)])

    def delete(self, *keys: Any) -> Said:
        """Remove the rows of keys, all of them or none."""
        self._saved([RowChange("delete", self._key(key), revision=ANY) for key in keys])
        return Said(f"{len(keys):,} rows removed")

    # files

    def load(
        self, source: str | os.PathLike[str] | pd.DataFrame, mapping: Mapping[str, str] | None = None
    ) -> pd.DataFrame:
        """Add the rows of a file (CSV, JSON, Parquet, Excel) or a DataFrame; return those that were refused, with why.

        Parameters
        ----------
        mapping
            Columns of the table by those of the source; without it, by their names.
        """
        import pandas as pd

        given = _of_frame(source) if isinstance(source, pd.DataFrame) else _of_file(Path(source))
        with bar("adding rows") as progress:
            done = self._rows.load(self._table, given, mapping, progress=progress)
        frame = pd.DataFrame([given.rows[one.number - 1] for one in done.rejected], columns=pd.Index(given.columns))
        frame["refused since"] = [one.what for one in done.rejected]
        frame["column"] = [one.where for one in done.rejected]
        return frame

    def export(
        self,
        path: str | os.PathLike[str],
        where: Where | None = None,
        order: str | Sequence[str] | None = None,
        *,
        formula_safe: bool = True,
        replace: bool = False,
    ) -> Said:
        """Write rows to a file; the end of its name says how: ``.csv``, ``.json``, ``.parquet``, ``.xlsx``.

        Parameters
        ----------
        formula_safe
            In CSV and Excel, let no text begin as a spreadsheet's formula does.
        replace
            Whether to replace a file of this name.

        Raises
        ------
        DesignerError
            If the file is there already, or cannot be written.
        """
        to = Path(path)
        if to.exists() and not replace:
            raise DesignerError("there is a file of this name already", where=str(to), mend="replace=True replaces it")
        beside = to.with_name(f"{to.name}.part")
        try:
            with bar("writing rows") as progress, beside.open("wb") as file:
                ending = to.suffix.lower().lstrip(".")
                count = self._rows.export(
                    self._table,
                    file,
                    ending,
                    filters_of(where),
                    sorts_of(order),
                    formula_safe=formula_safe,
                    progress=progress,
                )
            beside.replace(to)
        except OSError as error:
            raise DesignerError(
                f"it cannot be written: {error.strerror}", where=str(to), mend="choose another"
            ) from error
        finally:
            beside.unlink(missing_ok=True)
        return Said(f"{count:,} rows in {to}")

    def _key(self, key: Any) -> Mapping[str, Any]:
        if isinstance(key, Mapping):
            return key
        names = self._rows.table(self._table).shape.key
        if len(names) != 1:
            raise BadInput("this is no key of the table", where="key", mend=f"give a mapping with {', '.join(names)}")
        return {names[0]: key}

    def _saved(self, changes: Sequence[RowChange]) -> pd.DataFrame:
        if len(changes) > MOST_ROWS:
            raise BadInput("these are too many rows", where="rows", mend="use load(frame), or several calls")
        columns = self._rows.table(self._table).shape.columns
        documents = {column.name for column in columns if column.is_json}
        told = [dataclasses.replace(one, values=_written(one.values, documents)) for one in changes]
        saved = self._rows.save(self._table, told)
        if saved.failures:
            first = saved.failures[0]
            place = first.where if len(changes) == 1 else f"rows[{first.number}].{first.where}".rstrip(".")
            kind = BadInput if first.kind == "refused" else EditConflict
            raise kind(first.what, where=place, mend=first.mend)
        return self._frame(columns, [row for row in saved.rows if row is not None])

    def _frame(self, columns: Sequence[Column], rows: Sequence[RowView]) -> pd.DataFrame:
        import pandas as pd

        data = [[_read(column, row.values.get(column.name)) for column in columns] for row in rows]  # noqa: PD011
        return pd.DataFrame(data, columns=pd.Index([column.name for column in columns]))


def _read(column: Column, value: Any) -> Any:
    """Return a value as Python has it, where nothing is lost by that."""
    if value is None:
        return None
    if column.base == "numeric":
        return Decimal(value)
    return json.loads(value) if column.is_json else value


def _written(given: Mapping[str, Any], documents: Collection[str]) -> dict[str, Any]:
    """Return values as they are sent: documents as their text."""
    return {
        name: json.dumps(value, ensure_ascii=False) if name in documents and isinstance(value, list | dict) else value
        for name, value in given.items()
    }


def _of_file(path: Path) -> Given:
    from designer_kernel.exchange.files import check_size
    from designer_kernel.studio.tabular.incoming import MOST_BYTES

    check_size(path, MOST_BYTES)
    return read_given(path.name, path.read_bytes())


def _of_frame(frame: pd.DataFrame) -> Given:
    import pandas as pd

    def cell(value: Any) -> Any:
        if isinstance(value, list | dict | tuple | str):
            return value
        if pd.isna(value):
            return None
        return value.isoformat() if isinstance(value, pd.Timestamp) else getattr(value, "item", lambda: value)()

    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return Given("DataFrame", tuple(map(str, frame.columns)), rows)
