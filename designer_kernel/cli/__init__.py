"""The designer command."""

from __future__ import annotations
