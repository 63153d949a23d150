"""Believable rows for a database, drawn in columns and loaded by COPY."""

from __future__ import annotations
