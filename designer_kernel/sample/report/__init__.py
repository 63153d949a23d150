"""What a plan promised beside what a database holds: distributions, drawn and with a figure."""

from __future__ import annotations
