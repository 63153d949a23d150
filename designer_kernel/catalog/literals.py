"""String literals: the only place in the product that turns text into a SQL constant."""

from __future__ import annotations

from designer_kernel.errors import InvalidSql


def literal(text: str) -> str:
    r"""Return ``text`` as a SQL string constant that means the same whatever ``standard_conforming_strings`` says.

    A backslash is ordinary in ``'…'`` only while that setting is on, so such text is written as ``E'…'``.

    Raises
    ------
    InvalidSql
        For a NUL character or a lone surrogate, which PostgreSQL cannot store.
    """
    if "\x00" in text:
        raise InvalidSql("text cannot hold a NUL character", mend="remove the NUL")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidSql("text cannot hold a lone surrogate", mend="remove the broken character") from error
    quoted = text.replace("'", "''")
    return f"E'{quoted.replace(chr(92), chr(92) * 2)}'" if "\\" in text else f"'{quoted}'"
