"""Databases to refresh from."""

from __future__ import annotations

from tests.designer_kernel.catalog.conftest import fresh_url

__all__ = ["fresh_url"]
