"""A part of an existing database that stands by itself, with what is personal replaced."""

from __future__ import annotations
