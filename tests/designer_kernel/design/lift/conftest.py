"""Databases for what is lifted."""

from __future__ import annotations

from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url

__all__ = ["fresh_older_url", "fresh_url"]
