"""The picture of a design: the only source of geometry for every renderer."""

from __future__ import annotations
