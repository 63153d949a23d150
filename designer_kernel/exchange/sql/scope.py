"""What a script's statements mean for each other: what it takes back itself, and which settings are in force where."""

from __future__ import annotations

from designer_kernel.exchange.sql.mends._base import enum_name
from designer_kernel.exchange.sql.statements import Statement


def undone(statements: list[Statement]) -> None:
    """Mark the statements between a BEGIN or SAVEPOINT and its ROLLBACK, which the script itself undoes."""
    begun: list[tuple[str, int]] = []
    for index, statement in enumerate(statements):
        if statement.kind != "transaction_stmt":
            continue
        what = enum_name(statement.node, "kind").removeprefix("TRANS_STMT_")
        name = statement.node.savepoint_name
        if what in {"BEGIN", "START"}:
            begun = [("", index)]
        elif what == "SAVEPOINT":
            begun.append((name, index))
        elif what in {"COMMIT", "PREPARE"}:
            begun = []
        elif what in {"ROLLBACK", "ROLLBACK_TO"}:
            names = [label for label, _ in begun]
            target = "" if what == "ROLLBACK" else name
            if target in names:
                found = len(names) - 1 - names[::-1].index(target)
                _undo(statements[begun[found][1] + 1 : index], statement.piece.line)
                begun = begun[: found + (1 if target else 0)]


def _undo(statements: list[Statement], line: int) -> None:
    for statement in statements:
        if not statement.skip:
            statement.skip = f"the script undoes it: ROLLBACK in line {line}"


def set_scope(statements: list[Statement]) -> None:
    """Note for each statement the settings that are in force where it stands."""
    settings: dict[str, str] = {}
    for statement in statements:
        statement.settings = tuple(sorted(settings.items()))
        if statement.setting and not statement.skip:
            settings[statement.setting] = statement.run
