"""Our own lists of words that sample data is put together from; nothing here names a real person or address."""

from __future__ import annotations
