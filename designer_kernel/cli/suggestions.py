"""What data suggest, in the shell: keys, references, enumerations and conversions, each with its evidence."""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.cli import terminal

if TYPE_CHECKING:
    from designer_kernel.exchange.frames import Proposal, Suggestion
    from designer_kernel.exchange.transfer import Imported

_SHOWN: Final = 20
_PLAIN: Final = frozenset({"name", "type", "not null"})
"""What every column has: it is in the report, and names that were changed are among the losses."""


def proposal_of(imported: Imported) -> Proposal | None:
    """Return what the data of an import suggested, if it was data."""
    return getattr(imported, "proposal", None)


def say_suggestions(proposal: Proposal | None) -> None:
    """Tell what was taken from data and what was not, with the evidence, and how to take it."""
    if proposal is None:
        return
    told = [one for one in proposal.suggestions if one.kind not in _PLAIN]
    taken, open_ = [one for one in told if one.is_accepted], [one for one in told if not one.is_accepted]
    for title, some in (("accepted, as the data suggest:", taken), ("not accepted; the design is without it:", open_)):
        if some:
            terminal.say(title)
        for line in _lines(some):
            terminal.say(f"  {line}")
    if open_:
        example = shlex.quote(open_[0].id)
        terminal.say(f"import accepts one by --accept {example}, and all that no value breaks by --accept all")


def _lines(some: Sequence[Suggestion]) -> Iterator[str]:
    shown = sorted(some, key=lambda one: one.holds)[:_SHOWN]
    for one in shown:
        yield f"{one.id} → {one.value}: {one.evidence}"
    if len(some) > len(shown):
        yield f"… and {len(some) - len(shown)} more; --report FILE has all"


def suggestion_rows(proposal: Proposal) -> list[dict[Hashable, Any]]:
    """Return the suggestions for JSON."""
    return proposal.to_frame().to_dict("records")


def report_rows(proposal: Proposal | None) -> list[tuple[str, str, str, str]]:
    """Return the suggestions as rows of a loss report: object, kind, outcome and reason."""
    return [
        (
            one.id.removesuffix(f": {one.kind}"),
            one.kind,
            "accepted" if one.is_accepted else "suggested",
            f"{one.value}: {one.evidence}",
        )
        for one in (proposal.suggestions if proposal is not None else ())
    ]
