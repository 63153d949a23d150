"""What may go wrong with a step, or be lost by it: told before it runs, by name, with the query that would show it."""

from designer_kernel.migrate.hazards.facts import hazards
from designer_kernel.migrate.hazards.naming import HAZARDS, OF_EFFECTS, Hazard

__all__ = ["HAZARDS", "OF_EFFECTS", "Hazard", "hazards"]
