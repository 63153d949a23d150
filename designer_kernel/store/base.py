"""What all tables of the store have in common: the schema, how constraints are named, keys and times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import DateTime, MetaData, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from designer_kernel.design.identity import new_id

SCHEMA: Final = "designer"
"""The PostgreSQL schema that holds the store, so that it can share a database."""

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
"""A UUID of version 7: sorted by the time it was made at."""

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A point in time."""

Now = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())]
"""A point in time that the server fills in."""

Json = Annotated[dict[str, Any], mapped_column(JSONB, server_default=text("'{}'"))]
"""A document."""


class Base(DeclarativeBase):
    """Root of the store's tables."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMES)
