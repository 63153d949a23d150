"""The commands, put together. Each imports what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from designer_kernel.cli import (
    apply,
    audit,
    check,
    connections,
    dashboard,
    ddl,
    demo,
    deploy,
    erd,
    export,
    fill,
    fills,
    history,
    import_migrations,
    import_source,
    inspect_source,
    kernelspec,
    keys,
    lab,
    logins,
    members,
    new,
    people,
    plan,
    projects,
    prove,
    rollback,
    run_script,
    salvage,
    schema,
    serve,
    subset,
    versions,
    violations,
)  # fmt: skip
from designer_kernel.cli.outcome import EXIT_CODES
from designer_kernel.studio.faces import work_through

app = typer.Typer(
    name="designer",
    help="Design a PostgreSQL database: draw it, check it, deploy it, fill it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["--help", "-h"]},
)

MODULES = (
    new, import_source, import_migrations, inspect_source, check, ddl, erd, export, versions, deploy, plan, prove,
    apply, rollback, history, salvage, run_script, fill, fills, subset, violations, schema, demo, lab, dashboard,
    kernelspec, audit, keys,
    serve, logins, projects, members, connections, people,
)  # fmt: skip
"""The modules of the commands, in the order in which the help lists them."""

for module in MODULES:
    module.register(app)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("schema-designer"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Design a PostgreSQL database: draw it, check it, deploy it, fill it."""
    work_through("shell")
