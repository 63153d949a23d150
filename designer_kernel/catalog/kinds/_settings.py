"""How parameters in brackets are written: ``fillfactor = 70``."""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal

_BARE: Final = re.compile(r"-?\d+(\.\d+)?|true|false|on")


def setting(name: str, value: str) -> str:
    """Return a parameter with its value; ``name`` may begin with a name space: ``toast.autovacuum_enabled``."""
    written = value if _BARE.fullmatch(value) else literal(value)
    return f"{'.'.join(map(quote, name.split('.')))} = {written}"
