"""SQLAlchemy in and out: ``MetaData`` as a source of designs, and designs as typed declarative models."""

from designer_kernel.exchange.models.metadata import read_metadata, script_of
from designer_kernel.exchange.models.module import write_catalog, write_models

__all__ = ["read_metadata", "script_of", "write_catalog", "write_models"]
