"""Several databases for one test."""

from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url

__all__ = ["fresh_older_url", "fresh_url"]
