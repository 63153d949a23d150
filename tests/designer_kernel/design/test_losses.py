"""Loss reports for people: what matters is not hidden among many of a kind."""

from __future__ import annotations

from designer_kernel.cli.losses import say_losses, say_mends
from designer_kernel.design.losses import Loss, LossReport, grouped

NAMES = [Loss(f"public.events.c{n}", "not null", "opaque", "only the name") for n in range(28)]
ONE = Loss("public.notify", "rule", "opaque", "rules are not drawn")


def test_names_of_not_null_constraints_are_one_entry():
    found = grouped([*NAMES[:14], ONE, *NAMES[14:]])
    assert found == (ONE, Loss("28 names of NOT NULL constraints", "", "opaque", "only the name"))


def test_a_single_one_is_named():
    assert grouped(NAMES[:1]) == (NAMES[0],)


def test_the_terminal_lists_what_is_opaque(capsys):
    say_losses(LossReport((*NAMES, ONE, Loss("t", "table", "kept"))))
    said = " ".join(capsys.readouterr().err.split())
    assert "opaque rule public.notify: rules are not drawn" in said
    assert "opaque 28 names of NOT NULL constraints: only the name" in said
    assert "public.events.c3" not in said
    assert "table t" not in said


def test_mends_say_what_they_cost_before_they_are_applied(capsys):
    mend = {"id": "m:1", "title": "declare it", "lines": [3], "is_last_resort": False, "costs": ["a key goes"]}
    say_mends([mend])
    said = " ".join(capsys.readouterr().err.split())
    assert "more may come up after" in said
    assert said.index("declare it (line 3)") < said.index("costs: a key goes")
