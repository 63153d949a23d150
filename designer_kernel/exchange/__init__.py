"""Designs in other notations."""

from __future__ import annotations
