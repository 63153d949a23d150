"""Schema Designer: design a PostgreSQL database inside a notebook."""

from __future__ import annotations
