"""``designer check``: findings about a design."""

from __future__ import annotations

from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignPath, open_design
from designer_kernel.cli.words import summary

EXAMPLE = "Example: `designer check shop.design.yaml --server`"


@told
def check(
    file: DesignPath,
    server: Annotated[
        bool, typer.Option("--server", help="Also let PostgreSQL judge, in a shadow database on the embedded server.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what the rules, and with --server PostgreSQL itself, find in a design; 1 if an error is among it."""
    from designer_kernel.studio.verdict import with_verdict

    session = open_design(file)
    findings = session.findings
    if server:
        with terminal.progress("judging") as progress:
            findings = with_verdict(session.server_verdict(progress=progress), findings)
    names = {item.id: getattr(item, "name", "") or "" for item in session.design.items()}
    if as_json:
        print_json([
            {
                "code": f.code, "severity": f.severity, "message": f.message, "reason": f.reason,
                "targets": [{"id": str(key), "name": names.get(key, "")} for key in f.target_ids],
                "mend": f.mend_label or None,
            }
            for f in findings
        ])  # fmt: skip
    else:
        for finding in findings:
            terminal.say(f"{finding.severity:<7}  {finding.message}", style=finding.severity, to_stdout=True)
            terminal.say(f"         {finding.reason} [{finding.code}]", style="quiet", to_stdout=True)
        terminal.say(summary(findings))
    grave = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in grave for finding in findings):
        raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(check)
