"""How the constraints of a table are kept by construction: checks, keys, references, exclusions."""

from __future__ import annotations
