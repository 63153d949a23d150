"""Steps as they are written in files: each with what it does to others, its hazards, and its statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.render import SEARCH_PATH, SETTINGS
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.migrations import blocks
from designer_kernel.migrate.steps import Step

_TIME: Final = re.compile(r"\d{1,9} ?(?:ms|s|min|h)?\Z")
_BREAKS: Final = re.compile(r"[\x00\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def values(lock_timeout: str) -> dict[str, str]:
    """Return the settings under which steps are written.

    Raises
    ------
    DesignerError
        If the lock timeout is no time as PostgreSQL writes it.
    """
    if not _TIME.match(lock_timeout):
        raise DesignerError(f"{lock_timeout!r} is no time", mend="write it as 500ms, 5s or 2min; 0 waits for ever")
    return {
        "lock_timeout": lock_timeout,
        **SETTINGS,
        "check_function_bodies": "off",
        "search_path": ", ".join(map(quote, SEARCH_PATH)),
    }


def settings(lock_timeout: str, *, local: bool) -> Iterator[str]:
    """Yield the statements that set what `values` returns; see there for what is raised."""
    word = "SET LOCAL" if local else "SET"
    # rows are kept as they are once they are locked, not as they were when it all began
    yield f"{word} {'transaction_isolation' if local else 'default_transaction_isolation'} = 'read committed'"
    yield f"{word} client_encoding = 'UTF8'"
    for name, value in values(lock_timeout).items():
        is_list = name == "search_path"  # its names are quoted
        yield f"{word} {name} = {value if is_list else literal(value)}"


def comment(text: str) -> str:
    """Return a line of comment: names in it may come from anybody."""
    return f"-- {_BREAKS.sub(' ', text)}".rstrip()


def words(step: Step) -> Iterator[str]:
    """Yield what a step does to others who work meanwhile, and what may go wrong, a line each."""
    for effect in step.effects:
        what = ["rewrites it"] * effect.rewrites + ["reads all of it"] * effect.scans
        where = ".".join(effect.relation)
        blocked = f": {effect.lock.blocks} wait" if effect.lock.blocks else ""
        yield f"{effect.lock} on {where}{blocked}{''.join(f'; {one}' for one in what)}"
    if step.rows >= 0:
        yield f"about {step.rows:,} rows"
    for hazard in step.hazards:
        yield f"{hazard.words}: {hazard.on}: {hazard.reason}"


def statements(step: Step) -> tuple[str, ...]:
    """Return the statements of a step as somebody who has only a server can run them."""
    if step.batch is None:
        return step.statements
    return (blocks.batches(step.statements[0], step.batch),)


def numbered(steps: Iterable[Step]) -> Iterator[tuple[str, Step]]:
    """Yield each step with its heading."""
    for number, step in enumerate(steps, 1):
        lines = [comment(f"{number}. {step.title}"), *(comment(f"     {line}") for line in words(step))]
        yield "\n".join(lines), step


def ended(statements: Iterable[str]) -> Iterator[str]:
    """Yield statements with their semicolons."""
    return (f"{sql}\n;" if _ends_in_comment(sql) else f"{sql};" for sql in statements)


def _ends_in_comment(sql: str) -> bool:
    """Whether a semicolon behind a statement might be part of a comment: rather a line too many than a slip."""
    return "--" in sql.rsplit("\n", 1)[-1]
