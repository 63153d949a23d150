"""The loss report in the widget: what matters is named, names of NOT NULL constraints are one line until asked for."""

from __future__ import annotations

from designer_widgets.transfer_documents import loss_page

from designer_kernel.design.losses import Loss, LossReport

NAMES = [Loss(f"public.t.c{n}", "not null", "opaque", "only the name") for n in range(28)]
REPORT = LossReport((*NAMES, Loss("public.r", "rule", "opaque", "not drawn"), Loss("public.t", "table", "kept")))


def test_many_names_are_one_line_behind_what_matters():
    page = loss_page(REPORT, [], "", 0)
    assert [entry[2] for entry in page["entries"]] == ["public.r", "28 names of NOT NULL constraints", "public.t"]
    assert page["counts"] == {"opaque": 29, "kept": 1}


def test_who_searches_finds_each():
    assert loss_page(REPORT, ["opaque"], "not null", 0)["total"] == 28
