from __future__ import annotations

from uuid import uuid4

import pandas as pd
import pytest

import designer_kernel as dk
from designer_kernel.design import document
from designer_kernel.design.edits import RemoveEntity
from designer_kernel.errors import DesignerError, InvalidDesign, InvalidSql, UnknownObject
from tests.designer_kernel.notebook.conftest import HOSTILE


def test_open_makes_a_project_from_a_template_and_finds_it_again(tmp_path):
    path = tmp_path / "market.design.yaml"
    project = dk.open(path, template="marketplace")
    assert project.name == "market"
    assert "products" in project.entities
    project.add_entity("coupons", "id bigint primary key")
    assert "coupons" in dk.open(path, template="marketplace").entities


def test_a_bare_name_lives_in_the_data_directory(data_directory):
    name = f"shop_{uuid4().hex[:8]}"
    path = data_directory / "projects" / f"{name}.design.yaml"
    assert dk.new(name).path == dk.open(name).path == path


def test_a_slip_in_a_name_makes_no_project(data_directory, tmp_path):
    name = f"bazaar_{uuid4().hex[:8]}"
    dk.new(name)
    with pytest.raises(UnknownObject, match="there is no project") as caught:
        dk.open(name[:-2] + "yy")
    assert f"did you mean {name}?" in caught.value.mend
    assert f"dk.new('{name[:-2]}yy')" in caught.value.mend
    assert not (data_directory / "projects" / f"{name[:-2]}yy.design.yaml").exists()
    with pytest.raises(UnknownObject):
        dk.open(tmp_path / "none" / "x.design.yaml")


def test_the_package_shows_its_public_names_alone():
    assert dir(dk) == sorted(dk.__all__)


def test_the_history_reads_as_a_list(project):
    assert repr(project.history).splitlines()[0] == "  1  add entity customers"
    assert list(project.history)[-1] == "add relationship customers → orders"
    project.undo()
    assert repr(project.history).splitlines()[-1] == "     undone: add relationship customers → orders"
    assert "add entity orders" in project.history._repr_html_()


def test_the_script_of_one_entity(project):
    script = project.ddl("orders")
    assert script == project.entities["orders"].ddl()
    assert script.count("CREATE TABLE") == 1
    project.add_entity("base", "note text", is_abstract=True)
    with pytest.raises(InvalidDesign, match="no table"):
        project.ddl("base")


def test_slips_in_names_of_attributes_are_refused_at_once(project):
    customers = project.entities["customers"]
    for call in (
        lambda: customers.add_index("emial"),
        lambda: customers.add_index("id", include=["emial"]),
        lambda: customers.add_index("id", predicate="emial <> ''"),
        lambda: customers.add_key("emial"),
        lambda: customers.add_check("emial <> ''"),
    ):
        with pytest.raises(UnknownObject, match="no attribute 'emial'") as caught:
            call()
        assert caught.value.mend == "did you mean email?"
    customers.set_trait("timestamps").add_index("created_at").add_check("created_at <= updated_at")
    project.entities["orders"].add_index("customer_id", "placed_at")
    assert len(customers.indexes) == 1


def test_new_refuses_what_is_there(project):
    with pytest.raises(DesignerError, match="already"):
        dk.new(project.path)


def test_an_unknown_template_names_those_there_are(tmp_path):
    with pytest.raises(UnknownObject) as caught:
        dk.open(tmp_path / "x.design.yaml", template="market")
    assert "marketplace" in caught.value.mend
    assert not (tmp_path / "x.design.yaml").exists()


def test_every_call_is_an_edit_in_the_file(project):
    assert document.load(project.path) == project.design
    assert [step.label for step in project.history.steps] == [
        "add entity customers",
        "add entity orders",
        "add relationship customers → orders",
    ]


def test_undo_and_redo_say_what_they_did(project):
    assert repr(project.undo()) == "undone: add relationship customers → orders"
    assert len(project.relationships) == 0
    assert str(project.redo()) == "done again: add relationship customers → orders"
    assert project.redo() == "there is nothing to redo"


def test_add_entity_takes_a_schema_and_refuses_bad_lines(project):
    audit = project.add_entity("audit.log", "id bigint primary key", description="who did what")
    assert (audit.value.schema_name, audit.description) == ("audit", "who did what")
    assert "audit.log" in project.entities
    with pytest.raises(InvalidSql):
        project.add_entity("bad", "no type here, please")
    with pytest.raises(InvalidDesign):
        project.add_entity("bad", "id bigint primary key", colours="red")
    assert "bad" not in project.entities


@pytest.mark.parametrize(
    ("kind", "options", "wanted"),
    [
        ("one_to_many", {}, "customers [1] → [N] orders"),
        ("one_to_many", {"optional": True}, "customers [0..1] → [N] orders"),
        ("one_to_one", {"name": "latest"}, "customers [1] → [0..1] orders (latest)"),
        ("many_to_many", {"through": "favourites"}, "customers [N] → [N] orders"),
    ],
)
def test_relate(project, kind, options, wanted):
    project.relationships[0].remove()
    assert repr(project.relate("customers", "orders", kind, **options)) == wanted


def test_relate_refuses_unknown_kinds_and_names(project):
    with pytest.raises(DesignerError, match="kind of relationship"):
        project.relate("customers", "orders", "1:n")
    with pytest.raises(UnknownObject, match="custmers") as caught:
        project.relate("custmers", "orders")
    assert "customers" in caught.value.mend


def test_ddl_is_a_string_that_can_be_saved(project, tmp_path):
    ddl = project.ddl()
    assert "CREATE TABLE public.orders" in ddl
    assert ddl.save(tmp_path / "sub" / "shop.sql").read_text() == ddl
    assert "designer-sql-k" in ddl._repr_html_()


def test_a_diagram_is_svg_and_mermaid(project, tmp_path):
    diagram = project.erd("light")
    assert diagram._repr_svg_().startswith("<svg")
    assert diagram.save(tmp_path / "shop.svg").read_text() == diagram.svg
    assert diagram.save(tmp_path / "shop.mmd").read_text().startswith("erDiagram")
    assert "```mermaid" in diagram.save(tmp_path / "shop.md").read_text()


def test_to_frame_has_the_attributes_that_follow(project):
    frame = project.to_frame()
    assert isinstance(frame, pd.DataFrame)
    added = frame[(frame["entity"] == "orders") & (frame["attribute"] == "customer_id")]
    assert added[["key", "from"]].to_numpy().tolist() == [["FK", "relationship"]]


def test_the_card_shows_counts_findings_and_picture(project):
    bundle = project._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "text/vnd.mermaid", "image/svg+xml"}
    assert "2 entities" in bundle["text/plain"]
    for part in ("<b>2</b> entities", "<svg", str(project.path)):
        assert part in bundle["text/html"]


def test_whatever_a_design_says_is_text_not_markup(project):
    odd = project.add_entity("odd", "id bigint primary key", description=HOSTILE)
    odd.rename(HOSTILE[:60])
    odd.attributes["id"].change(description=HOSTILE)
    odd.attributes["id"].rename("</table><script>")
    odd.add_check('"</table><script>" <> 1')
    shown = [
        project._repr_mimebundle_()["text/html"], project._repr_mimebundle_()["image/svg+xml"], odd._repr_html_(),
        odd.attributes["</table><script>"]._repr_html_(), odd.attributes._repr_html_(), project.entities._repr_html_(),
        project.findings._repr_html_(), project.ddl()._repr_html_(), project.relationships._repr_html_(),
    ]  # fmt: skip
    for html in shown:
        assert "<img" not in html
        assert "<script" not in html
        assert "</table><script" not in html


def test_findings_are_a_sequence_and_a_frame(project):
    lonely = project.add_entity("lonely", "name text")
    findings = project.findings
    assert any(finding.code == "no_primary_key" for finding in findings)
    frame = findings.to_frame()
    assert len(frame) == len(findings) == len(list(findings))
    assert frame.set_index("code").loc["no_primary_key", "where"] == "lonely"
    assert "no primary key" in repr(findings)
    lonely.remove()
    assert "nothing to mend" in project.findings._repr_html_() or len(project.findings) < len(findings)


def test_the_designer_and_the_graph_come_from_entry_points(project, monkeypatch):
    from designer_kernel.notebook import project as module

    monkeypatch.setattr(module, "entry_points", lambda **query: [])
    with pytest.raises(DesignerError, match="offers 'designer'") as caught:
        project.designer()
    assert "pip install" in caught.value.mend


def test_a_change_in_one_handle_shows_in_the_other(project):
    other = dk.open(project.path)
    other.session.apply(RemoveEntity(entity_id=project.entities["orders"].id))
    assert list(project.entities) == ["customers"]


def test_deploy_fill_free_queries(project, server):
    project.target = f"nb_{uuid4().hex[:8]}"
    try:
        deployment = project.deploy()
        assert len(deployment.created) > 4
        assert project.deploy().created == ()
        frame = project.query("SELECT %s::int + n AS total FROM generate_series(1, 3) AS n", [10])
        assert frame["total"].tolist() == [11, 12, 13]
        assert project.row_counts().set_index("table")["rows"].to_dict() == {"customers": 0, "orders": 0}
        assert project.preview("orders").columns.tolist() == ["id", "placed_at", "customer_id"]
        assert project.verify()["holds"].all()
    finally:
        server.drop_database(project.target)


def test_postgresql_itself_judges(project, server):
    assert list(project.server_verdict()) == []
    project.entities["orders"].add_check("no_such_function(id)")
    verdict = project.server_verdict()
    assert [finding.severity for finding in verdict] == ["error"]
    assert "no_such_function" in verdict[0].message


def test_errors_show_as_words_in_cells(project):
    with pytest.raises(UnknownObject) as caught:
        _ = project.entities["ordes"]
    what, where, mend = caught.value._render_traceback_()
    assert "there is no entity 'ordes'" in what
    assert "shop" in where
    assert "orders" in mend
