"""Salvage: what destructive steps take away is kept first, comes back on the way back, and is purged on request."""

from designer_kernel.migrate.salvage.kept import NotRestored, Salvaged, purge, restore, salvaged
from designer_kernel.migrate.salvage.weaving import salvaging

__all__ = ["NotRestored", "Salvaged", "purge", "restore", "salvaged", "salvaging"]
