"""Findings about a design, each with a reason and, where possible, a mend."""

from __future__ import annotations
