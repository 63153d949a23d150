"""How a command ends: its exit code, and errors told as what, where and mend instead of a traceback."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.spelling import SHELL
from designer_kernel.errors import Cancelled, DesignerError, DocumentError, ServerUnavailable
from designer_kernel.studio.spelling import respelled

F = TypeVar("F", bound=Callable[..., Any])


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    SERVER = 3
    DOCUMENT = 4
    CANCELLED = 130


EXIT_CODES = (
    "Exit codes: 0 done; 1 refused, or findings that are errors; 2 wrong usage; 3 no connection to the server; "
    "4 the design file cannot be read; 130 cancelled."
)


def exit_code(error: DesignerError) -> Exit:
    """Return the exit code of an error."""
    if isinstance(error, ServerUnavailable):
        return Exit.SERVER
    if isinstance(error, DocumentError):
        return Exit.DOCUMENT
    if isinstance(error, Cancelled):
        return Exit.CANCELLED
    if error.code == "malformed_target":
        return Exit.USAGE
    return Exit.REFUSED


def told(command: F) -> F:
    """Make a command tell its errors: on standard error for people, as one JSON value with ``--json``."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except DesignerError as error:
            raise _tell(respelled(error, SHELL), as_json=bool(options.get("as_json"))) from None
        except BrokenPipeError:
            raise  # who reads us has seen enough; the shell knows
        except OSError as error:
            file = DesignerError(
                str(error.strerror or error), where=str(error.filename or ""), mend="choose a file that you may write"
            )
            raise _tell(file, as_json=bool(options.get("as_json"))) from None
        except (KeyboardInterrupt, typer.Abort):  # Ctrl-C, or no to a question
            terminal.say("\ncancelled: nothing was changed", style="warning")
            raise typer.Exit(Exit.CANCELLED) from None

    return run  # type: ignore[return-value]


def _tell(error: DesignerError, *, as_json: bool) -> typer.Exit:
    if as_json:
        print_json({"error": error.as_dict()})
    else:
        terminal.error(error)
    return typer.Exit(exit_code(error))


def print_json(value: Any) -> None:
    """Print a value as JSON, the only thing that a command with ``--json`` writes to standard output."""
    json.dump(value, sys.stdout, indent=2, default=str, ensure_ascii=False)
    sys.stdout.write("\n")
