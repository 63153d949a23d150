"""The one door for change: projects and what can be done with them."""

from __future__ import annotations
