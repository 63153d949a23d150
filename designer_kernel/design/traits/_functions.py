"""Functions of traits, worded as the server words them: so they are known again when they are read from a database.

Source: ``pg_get_functiondef`` in PostgreSQL's ``ruleutils.c``; versions 14 to 18 agree.
"""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.literals import literal


def definition(path: tuple[str, str], signature: tuple[str, str], language: str, body: str, words: str = "") -> str:
    """Return the statement that creates a function.

    Parameters
    ----------
    signature
        The list of arguments, without brackets, and the type of the result.
    words
        What else is said of the function, line by line, each with a space before it.
    """
    arguments, returns = signature
    literal(body)  # refuses what cannot be stored
    tag = "$function"
    while f"{tag}$" in body:
        tag += "x"
    return (
        f"CREATE OR REPLACE FUNCTION {quote_path(*path)}({arguments})\n RETURNS {returns}\n LANGUAGE {language}\n"
        f"{words}AS {tag}${body}{tag}$\n"
    )
