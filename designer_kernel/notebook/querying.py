"""The part of a project in a notebook that asks its database: queries that are typed, and queries that are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.notebook.queries import QueryView
    from designer_kernel.studio.project import ProjectSession


class QueriesProject:
    """Queries of a project; all of them only read."""

    session: ProjectSession

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the rows of a query as a DataFrame; values are bound: ``query("… = %s", [7])``."""
        with reached(self.session, write=False) as place:
            return self.session.query(sql, parameters, url=place)

    def build_query(self, entity: str = "", *, sql: str = "", alias: str = "") -> QueryView:
        """Return a query to build on: ``build_query("orders").join("customers").where("total", ">", 10).to_frame()``.

        Joins follow the relationships of the design.

        Parameters
        ----------
        entity
            The entity to begin with.
        sql
            Instead: a query as SQL, as far as the builder has words for it.
        alias
            What the entity is called in the query.

        Raises
        ------
        UnknownObject
            If there is no such entity.
        BeyondBuilder
            If the SQL says more than a built query can; `query` runs it all the same.
        """
        from designer_kernel.notebook.queries import build_query

        return build_query(self.session, entity, sql=sql, alias=alias)
