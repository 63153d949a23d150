"""How a command ends: its exit code, and errors told as what, where and mend instead of a traceback."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand

from designer_kernel.cli import terminal
from designer_kernel.cli.spelling import SHELL
from designer_kernel.errors import Cancelled, DesignerError, DocumentError, ServerUnavailable
from designer_kernel.studio.spelling import respelled

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_entered: ContextVar[ExitStack] = ContextVar("entered")
"""What is to be left when a command has ended."""


class Exit(IntEnum):
    """Exit codes of every command. ``plan`` tells changes with 2, and all that goes wrong, wrong usage too, with 1."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    CHANGES = 2
    SERVER = 3
    DOCUMENT = 4
    CANCELLED = 130


EXIT_CODES = (
    "Exit codes: 0 done; 1 refused, or findings that are errors; 2 wrong usage; "
    "3 no connection to the server or service; 4 the design file cannot be read; 130 cancelled."
)


PLAN_CODES = "Exit codes: 0 no change; 2 changes; 1 error, wrong usage too; 130 cancelled."


class PlanCommand(TyperCommand):
    """A command whose wrong usage does not look like changes."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().make_context(*arguments, **options)
        except Exception as error:
            if getattr(error, "exit_code", None) == Exit.USAGE:
                error.exit_code = Exit.REFUSED  # type: ignore[attr-defined] # an error of usage has it
            raise


def told_as_changes(command: F) -> F:
    """Make a command tell its errors as `told` does, and end with 1 for each of them."""
    run = told(command)

    @functools.wraps(command)
    def exact(*arguments: Any, **options: Any) -> Any:
        try:
            return run(*arguments, **options)
        except typer.Exit as end:
            if isinstance(end, _Told) and end.exit_code != Exit.CANCELLED:
                raise typer.Exit(Exit.REFUSED) from None
            raise

    return exact  # type: ignore[return-value]


class _Told(typer.Exit):
    """The end of a command whose error was told."""


def exit_code(error: DesignerError) -> Exit:
    """Return the exit code of an error."""
    if isinstance(error, ServerUnavailable) or error.code == "store_unavailable":  # of a team: its store or service
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
            with _whole_run():
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


def while_running(context: AbstractContextManager[T]) -> T:
    """Enter a context, and leave it when the command that runs now has ended."""
    return _entered.get().enter_context(context)


@contextmanager
def _whole_run() -> Iterator[None]:
    with ExitStack() as stack:
        token = _entered.set(stack)
        try:
            yield
        finally:
            _entered.reset(token)


def _tell(error: DesignerError, *, as_json: bool) -> typer.Exit:
    if as_json:
        print_json({"error": error.as_dict()})
    else:
        terminal.error(error)
    return _Told(exit_code(error))


def print_json(value: Any) -> None:
    """Print a value as JSON, the only thing that a command with ``--json`` writes to standard output."""
    json.dump(value, sys.stdout, indent=2, default=str, ensure_ascii=False)
    sys.stdout.write("\n")
