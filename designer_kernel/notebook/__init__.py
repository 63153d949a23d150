"""What a notebook user touches: the project, its display, magics and completion."""

from __future__ import annotations
