"""What may go wrong with a step, or be lost by it: told before it runs, by name, with the query that would show it."""

from designer_kernel.migrate.hazards.facts import hazards
from designer_kernel.migrate.hazards.naming import HAZARDS, Hazard

__all__ = ["HAZARDS", "Hazard", "hazards"]
