"""Projects that are deployed, for tests of rooms and rows."""

from __future__ import annotations

from uuid import UUID

from designer_kernel.design import document
from designer_kernel.studio.team import deploying, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.team import Team

VAULT = """
format: 1
name: vault
entities:
  - name: secrets
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true}
      - {name: word, data_type: text, is_nullable: false}
"""

ATTACK = """
format: 1
name: attack
entities:
  - name: attempts
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}
      - {name: code, data_type: text, is_nullable: false}
      - {name: outcome, data_type: text}
    triggers:
      - {name: attempt, timing: BEFORE, events: [INSERT], function: attempt}
functions:
  - name: attempt
    definition: |
      CREATE FUNCTION attempt() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        EXECUTE NEW.code;
        NEW.outcome := 'done as ' || current_user;
        RETURN NEW;
      EXCEPTION WHEN OTHERS THEN
        NEW.outcome := SQLSTATE || ' ' || SQLERRM;
        RETURN NEW;
      END $$
"""
"""A table whose rows are SQL that a workspace runs in its room, and what came of it."""


def project(team: Team, actor: Actor, workspace: UUID, text: str) -> UUID:
    """Make a project of a design written as YAML."""
    return team.do(actor, projects.create, workspace, design=document.read(text)).id


def deployed(team: Team, actor: Actor, text: str) -> UUID:
    """Deploy a design, in a workspace of its own."""
    made = project(team, actor, team.do(actor, workspaces.create, "room").id, text)
    team.do(actor, deploying.deploy, made)
    return made
