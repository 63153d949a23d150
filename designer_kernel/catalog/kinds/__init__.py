"""One module per kind of PostgreSQL object: its model, its SQL, its introspection."""

from __future__ import annotations
