"""Magics: ``%design``, ``%erd``, ``%ddl``, ``%deploy``, ``%plan``, ``%fill``, ``%%query``; ``%sql`` is the user's."""

from __future__ import annotations

import argparse
import functools
import re
import shlex
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Concatenate, Final, NoReturn, ParamSpec

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from designer_kernel.errors import DesignerError
from designer_kernel.notebook.current import current, remember
from designer_kernel.notebook.opening import new_project, open_project
from designer_kernel.notebook.results import Said
from designer_kernel.notebook.spelling import MAGICS
from designer_kernel.studio.spelling import respelled

_BOUND = re.compile(r"(?<!%)%\((\w+)\)s")


class Arguments(argparse.ArgumentParser):
    """Arguments of a magic: long options, and mistakes as errors with a mend instead of the end of the process."""

    def __init__(self, name: str, description: str, examples: str) -> None:
        super().__init__(
            prog=name,
            description=description,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.add_argument("--help", action="store_true", help="show this and do nothing")

    @property
    def options(self) -> dict[str, argparse.Action]:
        """The options, each by all its spellings."""
        return {option: action for action in self._actions for option in action.option_strings}

    def error(self, message: str) -> NoReturn:
        raise DesignerError(message, where=self.prog, mend=f"{self.prog} --help explains its options")

    def read(self, line: str) -> argparse.Namespace | None:
        """Return the arguments of a line, or ``None`` after showing the help that was asked for.

        Raises
        ------
        DesignerError
            If they are not understood.
        """
        try:
            words = shlex.split(line)
        except ValueError as error:
            self.error(f"{error}: {line!r}")
        if "--help" in words:
            sys.stdout.write(self.format_help())
            return None
        return self.parse_args(words)


def _number_of_rows(text: str) -> tuple[str, int]:
    table, equals, count = text.partition("=")
    digits = count.replace("_", "")
    if not (table and equals and digits.isascii() and digits.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not TABLE=N, such as orders=10000")
    return table, int(digits)


def _answer(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"{text!r} is not OLD=NEW, such as shop.customers.name=full_name")
    return old, new


DESIGN = Arguments(
    "%design",
    "Open a project and show it; without a name, show the current one.",
    "examples:\n  %design marketplace --template marketplace\n  %design shop --new\n  %design ./shop.yaml --as shop",
)
DESIGN.add_argument("name", nargs="?", help="a bare name (kept in the user's data directory) or the path of a file")
DESIGN.add_argument("--template", help="what the project begins as if it is not there")
DESIGN.add_argument("--new", action="store_true", help="begin it empty; an error if it is there")
DESIGN.add_argument("--as", dest="variable", default="project", help="variable to put the project in")

ERD = Arguments(
    "%erd", "Show the ER diagram, or entities in detail.", "examples:\n  %erd --theme dark\n  %erd products orders"
)
ERD.add_argument("entities", nargs="*", help="entities to show in detail instead of the diagram")
ERD.add_argument("--theme", choices=("light", "dark", "auto"), default="auto", help="colours of the diagram")
ERD.add_argument("--output", help="also write it to this file: .svg, .mmd or .md")

DDL = Arguments(
    "%ddl",
    "Show the SQL script that creates the database, or the table of an entity.",
    "examples:\n  %ddl --output shop.sql\n  %ddl products",
)
DDL.add_argument("entity", nargs="?", help="only what creates this entity's table")
DDL.add_argument("--output", help="also write it to this file")

DEPLOY = Arguments(
    "%deploy",
    "Create in the target what the design means: all of it or nothing.",
    "examples:\n  %deploy\n  %deploy postgresql://me@localhost/shop --allow-missing",
)
DEPLOY.add_argument("url", nargs="?", help="a database's URL, or a name on the default server")
DEPLOY.add_argument("--allow-missing", action="store_true", help="leave out what needs an extension the server lacks")

PLAN = Arguments(
    "%plan",
    "Show what leads from the target to the design: steps, locks, hazards and SQL. Nothing is changed.",
    "examples:\n  %plan --as way\n  %plan shop_test --online\n  %plan --rename shop.people.name=full_name",
)
PLAN.add_argument("url", nargs="?", help="a database's URL, or a name on the default server")
PLAN.add_argument("--online", action="store_true", help="in stages that let others go on working")
PLAN.add_argument("--exact", action="store_true", help="drop also what the design never held")
PLAN.add_argument("--version", type=int, default=0, help="plan to this version instead of the design as it is")
PLAN.add_argument(
    "--rename",
    nargs="+",
    action="extend",
    default=[],
    type=_answer,
    metavar="OLD=NEW",
    help="what has another name now",
)
PLAN.add_argument("--as", dest="variable", help="variable to put the plan in, to prove and apply it")

FILL = Arguments(
    "%fill",
    "Fill the target with believable rows that satisfy every constraint.",
    "example:\n  %fill orders=10000 order_items=30000 --seed 7 --replace",
)
FILL.add_argument("rows", nargs="*", type=_number_of_rows, metavar="TABLE=N", help="rows of a table")
FILL.add_argument(
    "--rows", dest="more", nargs="+", action="extend", type=_number_of_rows, metavar="TABLE=N", help="the same"
)
FILL.add_argument("--url", help="another database than the project's target")
FILL.add_argument("--seed", type=int, help="same seed, same rows; 0 by default")
FILL.add_argument(
    "--until", type=date.fromisoformat, metavar="DATE", help="the day before which everything has happened"
)
FILL.add_argument("--scale", type=float, help="multiply the usual numbers")
FILL.add_argument("--replace", action="store_true", help="empty the design's tables first; says what was removed")
FILL.add_argument(
    "--mode", choices=("refuse", "replace", "append", "top-up"), help="what is done with rows that are there"
)
FILL.add_argument("--connections", type=int, default=1, help="how many load at the same time")
FILL.add_argument("--resumable", action="store_true", help="load in parts, so that a fill that is killed can go on")
FILL.add_argument("--resume", action="store_true", help="go on with the fill that was killed")
FILL.add_argument("--abandon", action="store_true", help="undo the fill that was killed, and fill nothing")
FILL.add_argument("--along", metavar="TABLE", help="a table of tenants by which the target is distributed")
FILL.add_argument("--like", metavar="URL", help="learn shares and common values from a database's statistics")
FILL.add_argument("--to", metavar="FOLDER", help="write the rows to files instead; no database is needed")
FILL.add_argument(
    "--format", choices=("parquet", "csv", "csv.zst", "copy", "insert"), default="parquet", help="of the files"
)
FILL.add_argument("--run-triggers", action="store_true", help="let users' triggers run for each row, which is slow")
FILL.add_argument("--plan", metavar="FILE", help="fill by this plan, a variable or a file, not by the design's hints")
FILL.add_argument("--save-plan", dest="save", metavar="FILE", help="write the plan as YAML, and fill nothing")
FILL.add_argument("--preview", action="store_true", help="show the plan, and fill nothing")
FILL.add_argument("--report", action="store_true", help="compare the rows with what the plan promised, and show that")
FILL.add_argument("--as", dest="variable", help="variable to put the plan of --preview or --save-plan in")

QUERY = Arguments(
    "%%query",
    "Show the rows of the query in the cell. %(name)s binds the Python variable of that name as a value.",
    "example:\n  %%query --as best\n  SELECT * FROM products WHERE price < %(limit)s ORDER BY price",
)
QUERY.add_argument("--as", dest="variable", help="variable to put the DataFrame in, instead of showing it")
QUERY.add_argument("--url", help="another database than the project's target")


P = ParamSpec("P")


def _how(given: argparse.Namespace) -> dict[str, Any]:
    """Return how rows are to be loaded, as far as ``%fill`` was told."""
    said = {
        "mode": (given.mode or "").replace("-", " "), "connections": given.connections if given.connections > 1 else 0,
        "triggers": "run" if given.run_triggers else "", "resumable": given.resumable, "resume": given.resume,
        "along": given.along,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def told(work: Callable[Concatenate[DesignerMagics, P], Any]) -> Callable[Concatenate[DesignerMagics, P], Any]:
    """Make a magic tell the mends of its errors in the words of magics."""

    @functools.wraps(work)
    def run(magics: DesignerMagics, /, *arguments: P.args, **options: P.kwargs) -> Any:
        try:
            return work(magics, *arguments, **options)
        except DesignerError as error:
            respelled(error, MAGICS)
            raise

    return run


@magics_class
class DesignerMagics(Magics):
    """The magics of Schema Designer."""

    shell: InteractiveShell

    @line_magic
    @told
    def design(self, line: str) -> Any:
        given = DESIGN.read(line)
        if given is None:
            return None
        if given.name is None:
            return current()
        make = new_project if given.new else open_project
        project = remember(make(given.name, given.template))
        self._push(given.variable, project)
        return project

    @line_magic
    @told
    def erd(self, line: str) -> Any:
        given = ERD.read(line)
        if given is None:
            return None
        project = current()
        if given.entities:
            from IPython.display import display

            for entity in [project.entities[name] for name in given.entities]:
                display(entity)  # type: ignore[no-untyped-call]
            return None
        diagram = project.erd(given.theme)
        if given.output:
            diagram.save(given.output)
        return diagram

    @line_magic
    @told
    def ddl(self, line: str) -> Any:
        given = DDL.read(line)
        if given is None:
            return None
        script = current().ddl(given.entity)
        if given.output:
            script.save(given.output)
        return script

    @line_magic
    @told
    def deploy(self, line: str) -> Any:
        given = DEPLOY.read(line)
        return given and Said(current().deploy(given.url, allow_missing=given.allow_missing))

    @line_magic
    @told
    def plan(self, line: str) -> Any:
        given = PLAN.read(line)
        if given is None:
            return None
        found = current().plan(
            given.url, online=given.online, exact=given.exact, version=given.version, renames=dict(given.rename)
        )
        if given.variable:
            self._push(given.variable, found)
        return found

    @line_magic
    @told
    def fill(self, line: str) -> Any:
        given = FILL.read(line)
        if given is None:
            return None
        if given.abandon:
            return current().abandon_fill(given.url)
        options = {n: v for n in ("scale", "seed", "until") if (v := getattr(given, n)) is not None}
        if given.like:
            options["hints"] = current().learn(given.like)
        rows = dict([*given.rows, *(given.more or ())]) or None
        plan = self.shell.user_ns.get(given.plan, given.plan) if given.plan else None
        if plan is not None and (options or rows):
            FILL.error("the plan says rows, scale, seed and until: edit it instead")
        if given.preview or given.save:
            return self._planned(given, current().sample_plan(rows, url=given.url, plan=plan, **options))
        if given.to:
            return Said(current().write_rows(given.to, rows, format=given.format, url=given.url, plan=plan, **options))
        options |= _how(given)
        filled = current().fill(rows, url=given.url, replace=given.replace, plan=plan, **options)
        return filled.report() if given.report else Said(filled)

    def _planned(self, given: Any, plan: Any) -> Any:
        """Keep a plan in a file and a variable, and show it if that was asked."""
        if given.save:
            Path(given.save).write_text(plan.to_yaml(), encoding="utf-8")
        if given.variable:
            self._push(given.variable, plan)
        return plan if given.preview else None

    @line_cell_magic
    @told
    def query(self, line: str, cell: str = "") -> Any:
        given = QUERY.read(line)
        if given is None:
            return None
        if not cell.strip():
            QUERY.error("there is no query in the cell")
        frame = current().session.query(cell, self._bound(cell), url=given.url)
        if given.variable:
            self._push(given.variable, frame)
            return None
        return frame

    def _bound(self, text: str) -> dict[str, Any] | None:
        """Return the variables that a query names, or ``None`` if it names none and a ``%`` is just that."""
        names = set(_BOUND.findall(text))
        variables = self.shell.user_ns
        for name in sorted(names):
            if name not in variables:
                raise DesignerError(f"there is no variable {name!r} to bind", where="%%query", mend=f"set {name} first")
        return {name: variables[name] for name in names} or None

    def _push(self, name: str, value: Any) -> None:
        if not name.isidentifier():
            raise DesignerError(f"{name!r} cannot be the name of a variable", mend="give a plain name")
        self.shell.user_ns[name] = value


PARSERS: Final = {
    "design": DESIGN, "erd": ERD, "ddl": DDL, "deploy": DEPLOY, "plan": PLAN, "fill": FILL, "query": QUERY,
}  # fmt: skip
"""The arguments of each magic."""

for magic, arguments in PARSERS.items():
    getattr(DesignerMagics, magic).__doc__ = arguments.format_help()  # what %erd? shows
