"""Migrations in the notations of others: numbered SQL files and Alembic, out and in."""

from __future__ import annotations

from designer_kernel.exchange.migrations.numbered import NumberedFiles, next_number, write_numbered

__all__ = ["NumberedFiles", "next_number", "write_numbered"]
