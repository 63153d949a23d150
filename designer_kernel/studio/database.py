"""What a project does with its database: deploying, asking, verifying. Each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design import Design
    from designer_kernel.lint import Finding
    from designer_kernel.postgres.deploy import Deployment

Progress = Callable[[int, int, str], None]
"""Told of long work: steps done, steps in all, and what is being done."""


class UsesDatabase:
    """The half of a project that speaks to PostgreSQL. It works on the design as it is when the work begins."""

    _target: str | None = None

    @property
    def design(self) -> Design:
        """The design as it is now."""
        raise TypeError(f"{type(self).__name__} does not say which design it has")

    @property
    def target(self) -> str:
        """The name of a database on the default server, or the URL of one; the design's name unless it is set.

        The default server is the one of ``DESIGNER_DATABASE_URL``, or else the embedded one.
        """
        from designer_kernel.postgres.target import plain_name

        return self._target or plain_name(self.design.name)

    @target.setter
    def target(self, value: str) -> None:
        self._target = value

    def url(self, other: str | None = None) -> str:
        """Return the URL of the target, or of another one given.

        The embedded server is started, and the database made, if the target is a name.

        Raises
        ------
        ServerUnavailable
            If the server cannot be started, or the URL is refused.
        """
        from designer_kernel.postgres.target import resolve

        return resolve(other or self.target)

    def is_deployed(self, url: str | None = None) -> bool:
        """Whether the target holds something of the design; looking makes no database."""
        from designer_kernel.studio.deployed import NotDeployed, address_of

        try:
            address_of(self.design, url or self.target)
        except NotDeployed:
            return False
        return True

    def deploy(
        self,
        url: str | None = None,
        *,
        allow_missing: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Deployment:
        """Create in the target what the design means, in one transaction.

        Parameters
        ----------
        url
            Another database than the project's `target`.
        allow_missing
            Leave out what the server cannot hold, such as a missing extension, instead of refusing.
        progress, cancel
            Told of each step; asked before each step.

        Raises
        ------
        DeployRefused
            If the server lacks something or holds something else afterwards; nothing was changed.
        StatementFailed, ServerUnavailable, Cancelled
            For the reasons they name; nothing was changed.
        """
        from designer_kernel.postgres.deploy import deploy

        return deploy(self.design, url or self.target, allow_missing=allow_missing, progress=progress, cancel=cancel)

    def query(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        url: str | None = None,
        limit: int = 10_000,
        timeout_ms: int = 30_000,
        cancel: threading.Event | None = None,
    ) -> pd.DataFrame:
        """Return the rows of one query that only reads; values are bound (``%s``, ``%(name)s``).

        Parameters
        ----------
        limit, timeout_ms
            Rows that are fetched, and how long it may take; ``attrs["is_cut"]`` tells whether there were more rows.

        Raises
        ------
        InvalidSql
            If it is not exactly one query that only reads.
        StatementFailed, ServerUnavailable, Cancelled
            For the reasons they name.
        """
        from designer_kernel.postgres.query import query

        return query(self.url(url), sql, parameters, limit=limit, timeout_ms=timeout_ms, cancel=cancel)

    def explain(
        self,
        sql: str,
        *,
        url: str | None = None,
        analyze: bool = False,
        timeout_ms: int = 30_000,
        cancel: threading.Event | None = None,
    ) -> str:
        """Return PostgreSQL's plan for a query as text; ``analyze`` runs it as well. Raises as `query` does."""
        from designer_kernel.postgres.query import explain

        return explain(self.url(url), sql, analyze=analyze, timeout_ms=timeout_ms, cancel=cancel)

    def preview(self, table: str, limit: int = 20, *, url: str | None = None) -> pd.DataFrame:
        """Return the first rows of an entity's table."""
        from psycopg.sql import SQL, Identifier, Literal

        from designer_kernel.postgres.query import query
        from designer_kernel.studio.deployed import address_of

        entity = self.design.entity(table)
        statement = SQL("SELECT * FROM {} LIMIT {}").format(
            Identifier(self.design.schema_of(entity), entity.name), Literal(limit)
        )
        return query(address_of(self.design, url or self.target), statement.as_string())

    def row_counts(self, *, url: str | None = None) -> pd.DataFrame:
        """Return the tables of the target with their numbers of rows."""
        from designer_kernel.studio.deployed import address_of
        from designer_kernel.studio.verification import row_counts

        return row_counts(address_of(self.design, url or self.target))

    def verify(self, *, url: str | None = None, progress: Progress | None = None) -> pd.DataFrame:
        """Return every constraint of the target with the number of rows that break it."""
        from designer_kernel.studio.deployed import address_of
        from designer_kernel.studio.verification import verify

        return verify(address_of(self.design, url or self.target), progress=progress)

    def server_verdict(self, *, progress: Progress | None = None) -> list[Finding]:
        """Return what PostgreSQL itself says of the design: it is deployed to a shadow database and thrown away."""
        from designer_kernel.studio.verdict import server_verdict

        return server_verdict(self.design, progress=progress)
