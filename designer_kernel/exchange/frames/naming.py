"""Names in the style of SQL, made of the names of frames and columns: none of them needs quotes."""

from __future__ import annotations

import re
from collections.abc import Container

from designer_kernel.catalog.identifiers import is_reserved, shorten


def sql_name(given: str, taken: Container[str], nameless: str) -> tuple[str, str]:
    """Return a name that is not taken, and why it is another one than what was given, if it is.

    Parameters
    ----------
    nameless
        What is used where nothing of the name is left.
    """
    words = re.sub(r"[^\w]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", given)).strip("_").lower()
    plain = f"_{words}" if words[:1].isdecimal() else f"{words}_" if is_reserved(words) else words
    stem = name = shorten(plain or nameless)
    number = 1
    while name in taken:
        number += 1
        name = shorten(f"{stem}_{number}")
    if name == given:
        return name, ""
    if number > 1:
        return name, f"there is another {stem!r}"
    return name, f"{given!r} needs quotes in SQL" if given.strip() else "it has no name"
