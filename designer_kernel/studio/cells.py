"""Values of rows as text, the same on every page that shows them."""

from __future__ import annotations

import json


def text_of(value: object) -> str:
    """Return a value as SQL shows it: JSON as JSON, bytes in hexadecimal, nothing for NULL."""
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
