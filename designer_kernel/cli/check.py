"""``designer check``: findings about a design."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design
from designer_kernel.cli.words import summary

if TYPE_CHECKING:
    from designer_kernel.lint import Finding

EXAMPLE = "Example: `designer check shop.design.yaml --server`"


@told
def check(
    file: DesignName,
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
        for alike in _grouped(findings):
            for finding in alike:
                terminal.say(f"{finding.severity:<7}  {finding.message}", style=finding.severity, to_stdout=True)
            terminal.say(f"         {alike[0].reason} [{alike[0].code}]", style="quiet", to_stdout=True)
        terminal.say(summary(findings))
    grave = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in grave for finding in findings):
        raise typer.Exit(Exit.REFUSED)


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return findings of one rule together, in the place of the first, so that the reason is said once."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code, finding.reason), []).append(finding)
    return list(groups.values())


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(check)
