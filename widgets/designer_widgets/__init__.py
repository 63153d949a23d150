"""Widgets over the designer's kernel: panels, the canvas and the studio app."""

from __future__ import annotations
