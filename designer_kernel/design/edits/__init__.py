"""Every change of a design, as a value; `apply` is pure."""

from __future__ import annotations
