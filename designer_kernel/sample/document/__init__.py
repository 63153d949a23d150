"""Plans and hints as documents: read, written, and refused with the place and the nearest name."""

from __future__ import annotations
