"""A part of an existing database that stands by itself, with what is personal replaced."""

from __future__ import annotations

from designer_kernel.sample.subset.taking import Subset, propose, subset

__all__ = ["Subset", "propose", "subset"]
