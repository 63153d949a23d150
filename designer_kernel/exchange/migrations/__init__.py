"""Migrations in the notations of others: numbered SQL files, plain scripts and Alembic, out and in."""

from __future__ import annotations

from designer_kernel.exchange.migrations.alembic import write_revision
from designer_kernel.exchange.migrations.histories import ImportedVersion, read_history
from designer_kernel.exchange.migrations.numbered import NumberedFiles, next_number, write_numbered
from designer_kernel.exchange.migrations.scripts import write_script

__all__ = [
    "ImportedVersion",
    "NumberedFiles",
    "next_number",
    "read_history",
    "write_numbered",
    "write_revision",
    "write_script",
]
