"""What a project does with sample data: plans, fills and their jobs, files, learning, parts of others, violations."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.target import describe
from designer_kernel.studio.database import Progress, UsesDatabase

if TYPE_CHECKING:
    from designer_kernel.sample import Plan
    from designer_kernel.sample.files.writing import Format, Written
    from designer_kernel.sample.statistics import Learned
    from designer_kernel.sample.subset import Subset
    from designer_kernel.sample.violations import Violations
    from designer_kernel.studio.filled import Filled
    from designer_kernel.studio.fills import FillJob, FillLog
    from designer_kernel.studio.sampling import Hints


class _Order(NamedTuple):
    """What a fill is to do: the design's tables that are there, and full names of those to fill, with their rows."""

    address: str
    there: tuple[tuple[str, str], ...]
    tables: tuple[str, ...]
    rows: dict[str, int]


class HasSampleData(UsesDatabase):
    """The part of a project that makes rows for its database, and that knows the fills there were."""

    def fill(
        self,
        rows: Mapping[str, int] | None = None,
        *,
        url: str | None = None,
        tables: Iterable[str] | None = None,
        replace: bool = False,
        hints: Hints | None = None,
        plan: Plan | str | Path | Mapping[str, Any] | None = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
        **options: Any,
    ) -> Filled:
        """Fill the design's tables in the target with sample data; the same seed gives the same rows.

        Tables that are not the design's are neither filled nor emptied.

        Parameters
        ----------
        rows
            Rows per table, where they are not to follow from the others: ``{"order_items": 1_000_000}``.
        url
            Another database than the project's `target`.
        tables
            Fill these tables of the design and what they refer to; all by default.
        replace
            Empty the tables that are filled first; the notes of the result say what that removed.
        hints
            What is wanted of tables and columns, instead of the design's own hints.
        plan
            A plan, its YAML text or data, or the path of its file; rows and hints are those of the plan then.
        progress, cancel
            Told of each batch; asked before each batch.
        options
            ``seed``, ``scale`` and what else `designer_kernel.sample.fill` takes.

        Raises
        ------
        NotDeployed
            If the design's tables are not all in the target.
        UnknownObject
            If ``rows`` or ``tables`` name a table that the design does not have.
        SamplePlanError
            If a constraint cannot be satisfied.
        StatementFailed, ServerUnavailable, Cancelled
            For the reasons they name; nothing was added.
        """
        from designer_kernel import sample
        from designer_kernel.studio import deployed
        from designer_kernel.studio.fill_notes import noted
        from designer_kernel.studio.filled import Filled
        from designer_kernel.studio.sampling import hints_for

        if rows and tables is None and options.get("mode") in ("append", "top up"):
            tables = list(rows)  # all others keep their rows
        order = self._order(url, rows, tables)
        is_replaced = replace or options.get("mode") == "replace"
        asked: dict[str, Any] = {"rows": order.rows, "tables": order.tables, "hints": hints_for(self.design, hints)}
        if plan is not None:
            asked = {"plan": plan if isinstance(plan, sample.Plan) else self._read(order, plan)}
        before = deployed.counted(order.address, order.there) if is_replaced else {}
        with noted(self.fills, order.address, asked | options | {"replace": replace}) as job:
            filling = sample.fill(
                order.address, replace=replace, progress=progress, cancel=cancel, **asked, **options | job.options
            )
            job.filled(filling)
        gone = {path: before.get(path, 0) for path, plan in filling.plan.tables.items() if plan.rows}
        lost = {deployed.shown(path): count for path, count in gone.items() if count}
        return Filled.of(filling, lost, order.address)

    @property
    def path(self) -> Path:
        """The design file."""
        raise TypeError(f"{type(self).__name__} does not say which file it has")

    @property
    def fills(self) -> FillLog:
        """Every fill of the project, whoever began it: its `FillJob`, the oldest first."""
        from designer_kernel.studio.fills import FillLog

        return FillLog.beside(self.path)

    def abandon_fill(self, url: str | None = None) -> FillJob | None:
        """Undo the fill that was begun on the target and is not done; returns its job, if there is one.

        What it wrote is removed, and the constraints that it took off come back. Rows that it had replaced come back if
        they were kept; the job's ``error`` names the tables where they were not.

        Raises
        ------
        SamplePlanError, StatementFailed, ServerUnavailable
            If another process is at work on it, or the server refuses something; the fill stays as it is then.
        """
        from designer_kernel import sample
        from designer_kernel.sample.loading.removing import lost_words

        target = self.url(url)
        undone = sample.abandon(target)
        if undone is None:
            return None
        return self.fills.undone(undone, describe(target), f"abandoned{lost_words(undone.lost)}")

    def write_rows(
        self,
        folder: str | Path,
        rows: Mapping[str, int] | None = None,
        *,
        url: str | None = None,
        format: Format = "parquet",
        formula_safe: bool = False,
        replace: bool = False,
        client: Any = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
        **options: Any,
    ) -> Written:
        """Write the rows that `fill` would load into a folder, and keep that as a job; no row is loaded.

        Parameters
        ----------
        folder
            Where to; it is made if it does not exist.
        rows, url
            As for `sample_plan`, which takes the further ``options`` as well.
        format
            What files: "parquet", "csv", "csv.zst", or one script, "copy" or "insert".
        formula_safe, replace
            As `designer_kernel.sample.write` explains them.
        client
            A client of dask.distributed, whose workers write Parquet, and nothing else; all of them must see the
            folder.
        progress, cancel
            Told of each batch; asked before each batch.

        Raises
        ------
        UnknownObject, SamplePlanError, ServerUnavailable, Cancelled
            For the reasons they name.
        """
        from designer_kernel import sample
        from designer_kernel.sample.files.scattered import write_parquet
        from designer_kernel.studio.fill_notes import config_of

        if client is not None and (format != "parquet" or formula_safe or replace):
            raise SamplePlanError(
                "workers write Parquet into a folder of its own, and nothing else",
                where="client",
                mend="leave out format, formula_safe and replace, or write without a client",
            )
        how: dict[str, Any] = {"format": format, "formula_safe": formula_safe, "replace": replace}
        config = config_of({"rows": rows, "client": client, **how, **options})
        with self.fills.job(config, file_path=str(Path(folder).absolute())) as note:
            plan = self.sample_plan(rows, url=url, **options)
            written = (
                sample.write(plan, folder, **how, progress=progress, cancel=cancel)
                if client is None
                else write_parquet(client, plan, folder, progress=progress, cancel=cancel)
            )
            note.counts.update({table.table: table.rows for table in written.tables})
        return written

    def sample_plan(
        self,
        rows: Mapping[str, int] | None = None,
        *,
        url: str | None = None,
        tables: Iterable[str] | None = None,
        hints: Hints | None = None,
        plan: Plan | str | Path | Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Plan:
        """Return what `fill` would do, as a plan to look at, preview, edit and keep; nothing is changed.

        Before the design is deployed, the plan is made from the design itself; no server is asked then.

        Parameters
        ----------
        rows, url, tables, hints
            As for `fill`.
        plan
            A plan, its YAML text or data, or the path of its file, to be read for this project.
        options
            ``seed``, ``scale``, ``until``.

        Raises
        ------
        UnknownObject, SamplePlanError, ServerUnavailable
            As `fill`.
        """
        from designer_kernel import sample
        from designer_kernel.studio import deployed
        from designer_kernel.studio.sampling import document_of, drawn_plan, hints_for

        said = hints_for(self.design, hints)
        if isinstance(plan, sample.Plan):
            return plan
        if not self.is_deployed(url):
            own = deployed.tables_of(self.design)
            named = map(".".join, deployed.known(own, rows or {}))
            wishes = dict(zip(named, (rows or {}).values(), strict=True))
            return drawn_plan(self.design, wishes, tables, said, document_of(plan), options)
        order = self._order(url, rows, tables)
        if plan is not None:
            return self._read(order, plan)
        return sample.plan(order.address, rows=order.rows, tables=order.tables, hints=said, **options)

    def _read(self, order: _Order, plan: str | Path | Mapping[str, Any]) -> Plan:
        from designer_kernel import sample
        from designer_kernel.studio.sampling import document_of

        return sample.plan(order.address, document=document_of(plan))

    def rows_to_replace(
        self,
        url: str | None = None,
        *,
        rows: Mapping[str, int] | None = None,
        tables: Iterable[str] | None = None,
        plan: Plan | None = None,
    ) -> dict[str, int]:
        """Return how many rows ``fill(replace=True)`` would remove, by table; tables without rows are not in it.

        Raises
        ------
        NotDeployed, UnknownObject, SamplePlanError, ServerUnavailable
            As `fill`.
        """
        from designer_kernel import sample
        from designer_kernel.studio import deployed
        from designer_kernel.studio.sampling import hints_for

        order = self._order(url, rows, tables)
        said = hints_for(self.design, None)
        meant = plan or sample.plan(order.address, rows=order.rows, tables=order.tables, hints=said)
        counts = deployed.counted(order.address, (path for path, table in meant.tables.items() if table.rows))
        return {deployed.shown(path): count for path, count in counts.items() if count}

    def learned(self, url: str, *, scale: float = 1.0, personal: Iterable[str] | Mapping[str, str] = ()) -> Learned:
        """Return hints for the design's sample data from the statistics of a real database, and what was taken.

        No row is read; tables that the design does not have are left out.

        Raises
        ------
        ServerUnavailable
            If there is no connection.
        """
        from designer_kernel.postgres.target import resolve
        from designer_kernel.sample import statistics
        from designer_kernel.studio import deployed

        own = [".".join(name) for name in deployed.tables_of(self.design)]
        return statistics.learned(resolve(url, create=False), scale=scale, personal=personal, tables=own)

    def subset(self, source: str, *, root: str, url: str | None = None, **options: Any) -> Subset:
        """Take a part of a database that stands by itself into the target, with what is personal replaced.

        Parameters
        ----------
        source
            The database to take from.
        root
            The rows to begin with: ``orders WHERE placed > '2025-01-01'``.
        url
            Another database than the project's `target`.
        options
            ``rows``, ``children``, ``personal`` and what else `designer_kernel.sample.subset.subset` takes.

        Raises
        ------
        SamplePlanError, InvalidSql, UnknownObject, StatementFailed, ServerUnavailable, Cancelled
            For the reasons they name; the target stays as it was.
        """
        from designer_kernel.postgres.target import resolve
        from designer_kernel.sample.subset import subset

        return subset(resolve(source, create=False), self.url(url), root=root, **options)

    def _order(self, url: str | None, rows: Mapping[str, int] | None, tables: Iterable[str] | None) -> _Order:
        from designer_kernel.studio import deployed

        own = deployed.tables_of(self.design)  # names are judged before any server is asked
        named = deployed.known(own, rows or {})
        wishes = dict(zip(map(".".join, named), (rows or {}).values(), strict=True))
        chosen = deployed.known(own, tables) if tables is not None else None
        address, there = deployed.fillable(self.design, url or self.target)
        return _Order(address, there, tuple(map(".".join, there if chosen is None else chosen)), wishes)

    def violations(
        self,
        url: str | None = None,
        *,
        tables: Iterable[str] | None = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Violations:
        """Try every constraint with the row that just satisfies it and the row that just breaks it.

        That happens in a scratch database, which is dropped; rows are inserted in savepoints and rolled back.

        Parameters
        ----------
        url
            Examine the schema of this database, on its own server; by default what the design means, on the embedded
            server.
        tables
            Examine these alone; all by default.
        progress, cancel
            Told of each table; asked before each table.

        Raises
        ------
        StatementFailed, DeployRefused, ServerUnavailable, Cancelled
            For the reasons they name.
        """
        from designer_kernel.design.lower import lower
        from designer_kernel.postgres.target import resolve
        from designer_kernel.sample.violations import violations

        chosen = list(tables) if tables is not None else None
        if url is not None:
            return violations(resolve(url, create=False), tables=chosen, progress=progress, cancel=cancel)
        return violations(catalog=lower(self.design), tables=chosen, progress=progress, cancel=cancel)
