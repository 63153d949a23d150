"""Plans that let others work meanwhile: a plan for one transaction, rewritten into stages."""

from designer_kernel.migrate.online.rewriting import online

__all__ = ["online"]
