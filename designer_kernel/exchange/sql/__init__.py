"""Scripts in: run in a shadow database, statement by statement, judged by PostgreSQL, explained and mended."""

from __future__ import annotations

from designer_kernel.exchange.sql.importing import ImportedScript, import_sql, imported, read_file
from designer_kernel.exchange.sql.outcome import Change, Limits, Mend, StatementOutcome
from designer_kernel.exchange.sql.reading import ScriptReading, read_script

__all__ = [
    "Change",
    "ImportedScript",
    "Limits",
    "Mend",
    "ScriptReading",
    "StatementOutcome",
    "import_sql",
    "imported",
    "read_file",
    "read_script",
]
