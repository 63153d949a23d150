"""Several databases for one test, as the tests of the catalog have them."""

from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url

__all__ = ["fresh_older_url", "fresh_url"]
