"""From a catalog to a plan: facts of tables and types, counts, columns, clocks, partitions, a trial."""

from __future__ import annotations
