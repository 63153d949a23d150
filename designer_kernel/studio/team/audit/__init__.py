"""Who did what: rows that are added and never changed, each holding the hash of the one before."""

from designer_kernel.studio.team.audit.appending import append as append
