"""One rule a module."""

from __future__ import annotations
