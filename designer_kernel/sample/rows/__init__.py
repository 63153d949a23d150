"""Any rows of any table of a plan, computed in columns: layouts, bits, frames, values."""

from __future__ import annotations
