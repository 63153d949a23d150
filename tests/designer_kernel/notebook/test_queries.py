from __future__ import annotations

import pytest

from designer_kernel.errors import InvalidDesign, InvalidSql, StatementFailed, UnknownObject
from designer_kernel.notebook.project import Project
from designer_kernel.postgres.connection import connect
from designer_kernel.query import AmbiguousJoin, BeyondBuilder
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.query.cases import shop


@pytest.fixture
def project(tmp_path):
    return Project(ProjectSession(tmp_path / "shop.design.yaml", shop()))


def test_a_query_is_built_call_by_call_and_gives_a_frame(project, database_url):
    project.target = database_url
    project.deploy()
    with connect(database_url) as connection:
        connection.execute(
            "INSERT INTO people (id, name, leads_id) VALUES (1, 'Ann', NULL), (2, 'Bo', 1), (3, 'Cy', 1)"
        )
    leaders = project.build_query("people").join("people", way=1, alias="leader")
    query = leaders.select("leader.name", led="count(people.id)").where("people.name", "<>", "O'Hara").order("led desc")
    assert query.sql.splitlines()[-2:] == ["GROUP BY leader.name", "ORDER BY led DESC"]
    assert query.limit(5).to_frame().to_dict("records") == [{"name": "Ann", "led": 2}]
    assert leaders.select("people.id").where("people.id > 2 OR people.name = 'Ann'").to_frame()["id"].tolist() == [3]
    assert project.build_query(sql=query.sql).query == query.query
    assert query.having("count(people.id)", ">", 2).to_frame().empty
    assert "Scan" in query.explain()
    with pytest.raises(StatementFailed, match="line 1, column 8"):
        project.session.explain("SELECT nme FROM people")


def test_what_is_wrong_is_told_where_it_is_said(project):
    people = project.build_query("people")
    with pytest.raises(UnknownObject, match="people"):
        project.build_query("peple")
    with pytest.raises(AmbiguousJoin, match="way=1"):
        people.join("people")
    with pytest.raises(BeyondBuilder, match="wrong"):
        people.select("wrong")
    with pytest.raises(InvalidSql, match="no operator"):
        people.where("name", "=>", 1)
    with pytest.raises(InvalidSql, match="is null"):
        people.where("name", "=", None)
    with pytest.raises(InvalidDesign, match="one value"):
        people.where("name", "=", 1, 2)
    with pytest.raises(InvalidSql):
        project.build_query()
    assert people.sql == "SELECT *\nFROM public.people"
