"""`write`: the rows of a plan into a folder, whole or not at all."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.files import delimited, script
from designer_kernel.sample.files.frames import Progress, chosen
from designer_kernel.sample.files.natural import natural_batches, natural_schema
from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.plan import Plan, TablePlan

Format = Literal["parquet", "csv", "csv.zst", "copy", "insert"]
FORMATS: Final[tuple[Format, ...]] = ("parquet", "csv", "csv.zst", "copy", "insert")

MANIFEST: Final = "manifest.json"
SCRIPT: Final = "sample.sql"
GROUP: Final = 131_072
"""Rows of a row group of Parquet: what readers skip or read at once."""

LARGEST: Final = 256 << 20
"""Bytes after which a table's next file begins."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file: its name in the folder, rows, bytes, and the SHA-256 of its contents."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table's rows, and the files that hold them in this order; ``columns`` are the server's types by name."""

    table: str
    rows: int
    columns: dict[str, str]
    files: tuple[WrittenFile, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; the folder's manifest says the same."""

    folder: Path
    format: str
    seed: int
    tables: tuple[WrittenTable, ...]
    files: tuple[WrittenFile, ...]
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        return {**asdict(self), "folder": str(self.folder), "rows": self.rows}

    def to_frame(self) -> Any:
        """Return a DataFrame with a line for each table: rows, files, bytes."""
        import pandas as pd

        lines = [(t.table, t.rows, len(t.files), sum(f.bytes for f in t.files)) for t in self.tables]
        return pd.DataFrame(lines, columns=["table", "rows", "files", "bytes"])

    def __str__(self) -> str:
        size = sum(file.bytes for file in self.files)
        lines = [f"{t.table:<32} {t.rows:>14,} rows" for t in self.tables]
        files = "1 file" if len(self.files) == 1 else f"{len(self.files)} files"
        total = f"{self.rows:,} rows in {files}, {size:,} bytes, {self.seconds:.1f} s: {self.folder}"
        return "\n".join([*lines, total, *self.notes])

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))


def write(
    plan: Plan,
    folder: Path | str,
    *,
    format: Format = "parquet",
    tables: Iterable[str] | None = None,
    largest: int = LARGEST,
    formula_safe: bool = False,
    replace: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Written:
    """Write the rows of a plan into a folder, without any server; they are those that a fill would load.

    Each file is written beside its place and renamed when it is whole, and the manifest comes last: a folder with a
    manifest is complete. If anything fails, or ``cancel`` is set, what this call wrote is removed.

    Parameters
    ----------
    plan
        What to write.
    folder
        Where to; it is made if it does not exist.
    format
        ``parquet`` (uuid, decimals, moments in UTC and lists as such; JSON and the rarer types as text), ``csv``,
        ``csv.zst`` (compressed), ``copy`` or ``insert`` (one script for psql, tables in the order of their references).
    tables
        These tables alone, by plain or qualified name.
    largest
        Bytes (of CSV before it is compressed) after which a table's next file begins; a script is one file.
    formula_safe
        In CSV, put an apostrophe before text that a spreadsheet would take for a formula. Such files are for people:
        loaded again, the apostrophe is part of the text.
    replace
        Remove the files of an earlier manifest first. Without it, a folder with a manifest is an error.
    progress
        Called with rows done, rows in all and the table.
    cancel
        Set it to stop between two chunks.

    Raises
    ------
    SamplePlanError
        For an unknown format, or a folder that holds sample data already.
    Cancelled
        If ``cancel`` was set.
    """
    if format not in FORMATS:
        raise SamplePlanError(f"there is no format {format!r}", where="format", mend="use " + ", ".join(FORMATS))
    if largest < 1:
        raise SamplePlanError("files need room for rows", where="largest", mend="give a number of bytes above 0")
    target = Path(folder)
    previous = _previous(target, replace=replace)
    target.mkdir(parents=True, exist_ok=True)
    selected = script.in_order(chosen(plan, tables))
    run = _Run(plan, target, selected, largest, formula_safe, progress, cancel)
    started = time.perf_counter()
    try:
        made = run.script(format) if format in ("copy", "insert") else [run.table(table, format) for table in selected]
        files = tuple(dict.fromkeys(file for table in made for file in table.files))
        done = Written(target, format, plan.seed, tuple(made), files, time.perf_counter() - started, plan.notes)
        run.settle(previous)
        _save(target, done, plan)
    except BaseException:
        run.remove()
        raise
    return done


def _previous(folder: Path, *, replace: bool) -> tuple[str, ...]:
    """Return the files of an earlier manifest."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return ()
    if not replace:
        raise SamplePlanError(
            "the folder holds sample data already", where=str(folder), mend="choose another folder, or say replace"
        )
    try:
        named = [str(file["name"]) for file in json.loads(manifest.read_text("utf-8"))["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise SamplePlanError(
            "its manifest cannot be read, so nobody knows which files are its own",
            where=str(manifest),
            mend="choose another folder",
        ) from error
    return tuple(name for name in named if name == Path(name).name)  # a manifest cannot reach out of its folder


def _save(folder: Path, done: Written, plan: Plan) -> None:
    waiting = folder / f".{MANIFEST}.part"
    data = {**done.as_dict(), "vocabulary": plan.vocabulary}
    del data["seconds"], data["folder"]
    waiting.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")
    waiting.replace(folder / MANIFEST)


@dataclass(slots=True)
class _Run:
    plan: Plan
    folder: Path
    tables: list[TablePlan]
    largest: int
    formula_safe: bool
    progress: Progress | None
    cancel: threading.Event | None
    done: int = 0
    waiting: list[tuple[Path, Path]] = field(default_factory=list)
    settled: list[Path] = field(default_factory=list)

    def told(self, rows: int, table: TablePlan) -> None:
        """Say how far it is, and stop if that was asked for."""
        if self.cancel is not None and self.cancel.is_set():
            raise cancelled()
        self.done += rows
        if self.progress is not None:
            self.progress(self.done, sum(t.rows for t in self.tables), table.label)

    def begin(self, name: str) -> Path:
        """Return where a file is written until it is whole."""
        path = self.folder / f".{name}.part"
        self.waiting.append((path, self.folder / name))
        return path

    def settle(self, previous: tuple[str, ...]) -> None:
        """Put all files in their places; those of an earlier run go."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for name in previous:
            (self.folder / name).unlink(missing_ok=True)
        for path, place in self.waiting:
            path.replace(place)
            self.settled.append(place)

    def remove(self) -> None:
        """Remove what was written."""
        for path, _ in self.waiting:
            path.unlink(missing_ok=True)
        for place in self.settled:
            place.unlink(missing_ok=True)

    def table(self, table: TablePlan, kind: Format) -> WrittenTable:
        """Write one table's files."""
        files = self._parquet(table) if kind == "parquet" else self._csv(table, kind)
        return WrittenTable(table.label, table.rows, _types(table), tuple(files))

    def _name(self, table: TablePlan, number: int, ending: str) -> str:
        return f"{_plain(table, self.tables)}.{number:04d}.{ending}"

    def _parquet(self, table: TablePlan) -> Iterator[WrittenFile]:
        import pyarrow.parquet as pq

        schema, source = natural_schema(table), natural_batches(self.plan, table)
        number, group = 0, _grouped(source, GROUP)
        batch = next(group, None)
        while batch is not None:
            number += 1
            name = self._name(table, number, "parquet")
            path, rows = self.begin(name), 0
            with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
                while batch is not None and (rows == 0 or path.stat().st_size < self.largest):
                    writer.write_table(batch, row_group_size=GROUP)
                    rows += batch.num_rows
                    self.told(batch.num_rows, table)
                    batch = next(group, None)
            yield _file(path, name, rows)

    def _csv(self, table: TablePlan, kind: str) -> Iterator[WrittenFile]:
        source = delimited.csv_pieces(self.plan, table, formula_safe=self.formula_safe)
        piece = next(source, None)
        number = 0
        while piece is not None:
            number += 1
            name = self._name(table, number, kind)
            path, rows, size = self.begin(name), 0, 0
            with _stream(path, kind) as stream:
                stream.write(delimited.csv_header(table))
                while piece is not None and (rows == 0 or size < self.largest):
                    stream.write(piece[0])
                    size += len(piece[0])
                    rows += piece[1]
                    self.told(piece[1], table)
                    piece = next(source, None)
            yield _file(path, name, rows)

    def script(self, kind: Format) -> list[WrittenTable]:
        """Write one script with the rows of all tables."""
        tables = self.tables
        path = self.begin(SCRIPT)
        with path.open("wb") as stream:
            stream.write(script.head(self.plan, tables).encode())
            for table in tables:
                pieces = script.copy_script if kind == "copy" else script.insert_script
                for data, rows in pieces(self.plan, table):
                    stream.write(data)
                    self.told(rows, table)
            stream.write(script.tail(tables).encode())
        file = _file(path, SCRIPT, sum(table.rows for table in tables))
        return [WrittenTable(table.label, table.rows, _types(table), (file,)) for table in tables]


def _types(table: TablePlan) -> dict[str, str]:
    return {name: column.facts.type for name, column in table.columns.items()}


def _plain(table: TablePlan, tables: list[TablePlan]) -> str:
    """Return a table's name as a part of a file's name; names that look alike get a number."""

    def plain(label: str) -> str:
        return re.sub(r"[^\w.-]+", "_", label).lower().strip("._") or "table"

    alike = [t.label for t in tables if plain(t.label) == plain(table.label)]
    number = alike.index(table.label)
    return plain(table.label)[:120] + (f"~{number + 1}" if number else "")


def _grouped(source: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Yield batches put together to tables of so many rows."""
    kept: list[pa.RecordBatch] = []
    for batch in source:
        kept.append(batch)
        if sum(b.num_rows for b in kept) >= rows:
            yield pa.Table.from_batches(kept)
            kept = []
    if kept:
        yield pa.Table.from_batches(kept)


def _stream(path: Path, kind: str) -> Any:
    return pa.CompressedOutputStream(str(path), "zstd") if kind.endswith(".zst") else path.open("wb")


def _file(path: Path, name: str, rows: int) -> WrittenFile:
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return WrittenFile(name, rows, path.stat().st_size, digest.hexdigest())
