"""``project.team``: a team's project where the team has its databases, and a database of one's own beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import designer_kernel as dk
from designer_kernel.errors import DesignerError
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.notebook.project import Project
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.team import opening


@pytest.fixture
def posts(no_store_yet: None) -> Iterator[Project]:
    """A project of the team here."""
    project = dk.new("team:Mine/posts")
    project.add_entity("posts", "id bigint primary key", "title text not null")
    yield project
    for sessions in opening._here:
        sessions.team.do(sessions.actor, opening.projects.remove, project.session._project)  # type: ignore[attr-defined]


def test_the_teams_database(posts: Project) -> None:
    assert "CREATE TABLE" in posts.team.plan()
    assert "revision 2 in the team's database" in posts.team.deploy()
    assert posts.team.deploy().endswith("nothing to do")
    assert posts.team.fill({"posts": 7}) == "7 rows in the team's database: 7 posts"
    assert (repr(posts.team.plan()), bool(posts.team.plan())) == ("nothing to do", False)
    with pytest.raises(DesignerError) as caught:
        posts.team.fill({"posts": 7})
    assert (caught.value.where, 'mode="replace"' in caught.value.mend) == ("posts", True)
    assert "9 posts" in posts.team.fill({"posts": 9}, mode="replace")
    assert posts.team.fills()["status"].tolist() == ["completed", "failed", "completed"]
    assert posts.team.deployments()["to_revision"].tolist() == [2]
    posts.entities["posts"].attributes["title"].remove()
    with pytest.raises(LossRefused):
        posts.team.deploy()
    (loss,) = [line.split("'")[1] for line in posts.team.plan().splitlines() if line.startswith("-- loses")]
    assert "revision 3" in posts.team.deploy(allow=[loss])
    assert "plan(), deploy()" in repr(posts.team) + posts.team._repr_html_()


def test_what_is_tried_alone_stays_alone(posts: Project, server: EmbeddedServer) -> None:
    """In a database that no project of a file, or of another workspace, has."""
    own = posts.target
    assert own.startswith("posts_")
    try:
        done = posts.deploy()
        assert f"in a database of your own, {own}; project.team.deploy() is for the team's" in str(done)
        assert posts.team.deployments().empty
        assert posts.query("SELECT count(*) AS n FROM posts")["n"].tolist() == [0]
    finally:
        server.drop_database(own)


def test_a_project_in_a_file_has_no_team(tmp_path) -> None:
    project = dk.new(tmp_path / "alone.design.yaml")
    with pytest.raises(DesignerError, match="has no team"):
        _ = project.team
