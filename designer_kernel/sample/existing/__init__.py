"""Rows that a database holds already: parents of new ones, and keys that new ones must not meet."""

from __future__ import annotations
