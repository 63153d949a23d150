"""A plan's rows into a database: bytes of COPY BINARY, what is suspended meanwhile, cancelling."""

from __future__ import annotations
