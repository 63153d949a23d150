"""The schemas in which a target keeps what Schema Designer remembers of it; no catalog tells of them."""

from __future__ import annotations

from typing import Final

RECORDS: Final = "schema_designer"
"""The schema of the history: which migrations were applied, which one is under way, what was salvaged."""

SALVAGE: Final = "schema_designer_salvage"
"""The schema of the rows that destructive steps took away, until somebody purges them."""

FILL: Final = "schema_designer_fill"
"""The schema of the journal of a fill that several transactions do; it goes when the fill is done."""

OWN_SCHEMAS: Final = (RECORDS, SALVAGE, FILL)
