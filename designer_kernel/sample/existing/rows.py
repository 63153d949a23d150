"""`ExistingRows`: a table of the plan whose rows are there already; they are looked up instead of made."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.existing.stored import Column
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Mask, Values

CARRIED_UP_TO: Final = 64 << 20
"""Bytes of files that travel with a plan to a machine that does not have them."""

Fetch = Callable[["ExistingRows", str], Column]


class ExistingRows:
    """The rows that a table held when the plan was made, numbered in the order of their owners and keys.

    Columns are read when they are first asked for, which the trial of a plan does for all that its rows need; from
    then on the value is complete, and may be pickled. References are kept as row numbers of the parents.

    Parameters
    ----------
    name
        The table.
    born
        The column that says when a row came to be, and whether it is a date; empty if there is none.
    """

    def __init__(self, name: TableName, born: tuple[str, bool] | None = None) -> None:
        self.name = name
        self.rows = 0
        self.born = born
        self.directory = tempfile.mkdtemp(prefix="sample-existing-")
        self.files: dict[str, Column] = {}
        self.fetch: Fetch | None = None
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExistingRows) and (self.name, self.rows) == (other.name, other.rows)

    def __hash__(self) -> int:
        return hash((self.name, self.rows))

    def __getstate__(self) -> dict[str, Any]:
        files = [path for path in Path(self.directory).iterdir() if path.is_file()]
        is_small = sum(path.stat().st_size for path in files) <= CARRIED_UP_TO
        contents = {path.name: path.read_bytes() for path in files} if is_small else {}
        state = {key: value for key, value in self.__dict__.items() if key != "fetch"}
        return {**state, "contents": contents}

    def __setstate__(self, state: dict[str, Any]) -> None:
        contents = state.pop("contents")
        self.__dict__.update(state)
        self.fetch = None
        if Path(self.directory).is_dir() or not contents:
            return
        self.directory = tempfile.mkdtemp(prefix="sample-existing-")
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)
        for name, data in contents.items():
            (Path(self.directory) / name).write_bytes(data)
        self.files = {
            key: Column(str(Path(self.directory) / Path(column.path).name), column.shape, column.is_binary)
            for key, column in self.files.items()
        }

    def column(self, name: str, rows: Rows) -> Values:
        """Return a column of some rows."""
        return self._file(name).take(rows)

    def parent(self, reference: str, rows: Rows) -> tuple[Rows, Mask | None]:
        """Return the row numbers that a reference leads to, and where it is NULL (row 0 stands in)."""
        values = self._file(f"→{reference}").take(rows)
        return values.data, values.null

    def start(self, owner: str, owners: Rows) -> Rows:
        """Return the first row under each row of the owner; rows lie in the order of their owners."""
        found = np.searchsorted(self._file(f"→{owner}").numbers(), owners, side="left")
        return np.asarray(found, dtype=np.int64)

    def having(self, child: TableName, reference: str, rows: Rows) -> Rows:
        """Return how many rows of another table refer to each of these."""
        counts = self._file("#" + "\x1f".join((*child, reference))).take(rows).data
        return np.asarray(counts, dtype=np.int64)

    def free(self, child: TableName, reference: str) -> Rows:
        """Return the rows that none of another table refers to."""
        counts = self._file("#" + "\x1f".join((*child, reference))).numbers()
        return np.flatnonzero(np.asarray(counts) == 0).astype(np.int64)

    def births(self, rows: Rows) -> Rows:
        """Return when rows came to be in microseconds since 1970; 0 where nothing says so."""
        if self.born is None:
            return np.zeros(len(rows), dtype=np.int64)
        column, is_date = self.born
        values = self.column(column, rows)
        moments = values.data * (86_400_000_000 if is_date else 1)
        return moments if values.null is None else np.where(values.null, 0, moments)

    def _file(self, name: str) -> Column:
        if name not in self.files:
            if self.fetch is None:
                raise SamplePlanError(
                    "it is needed now, but was not read when the plan was made",
                    where=f"{'.'.join(self.name)}.{name}",
                    mend="make the plan again",
                )
            self.files[name] = self.fetch(self, name)
        return self.files[name]
