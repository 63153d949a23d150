"""What the statistics of a real database say of its rows, without reading one."""

from __future__ import annotations

from designer_kernel.sample.statistics.learning import Learned, learn, learned

__all__ = ["Learned", "learn", "learned"]
