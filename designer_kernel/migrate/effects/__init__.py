"""What a statement does to those who use the database meanwhile: what it locks, scans and writes anew."""

from designer_kernel.migrate.effects.locks import Effect, LockMode, Relation
from designer_kernel.migrate.effects.statements import effects

__all__ = ["Effect", "LockMode", "Relation", "effects"]
