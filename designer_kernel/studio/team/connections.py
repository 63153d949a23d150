"""Connections: databases that a workspace works on. Their connection strings are secrets, each of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from designer_kernel.design.identity import new_id
from designer_kernel.store.tables.connections import Connection, DataKey
from designer_kernel.studio.team.access import Access, Mode, Trial
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.addresses import FIELD, Address, parse
from designer_kernel.studio.team.reach import pinned, reach_of
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotYet
from designer_kernel.studio.team.rights import Right, Role
from designer_kernel.studio.team.secrets.data_keys import opened, sealing_key
from designer_kernel.studio.team.secrets.master_keys import configured
from designer_kernel.studio.team.secrets.sealing import Place, seal, unseal
from designer_kernel.studio.team.secrets.secret import Secret
from designer_kernel.studio.team.team import Door
from designer_kernel.studio.team.unit import Unit, use_case

MODES: Final = ("read-only", "read-write")
WHAT: Final = "connection"
_RESOLVING_SECONDS: Final = 3.0
"""How long a name server is waited for while the store's transaction is open."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection as every member may see it: nothing of where it leads, or who logs in.

    Attributes
    ----------
    has_secret
        Whether somebody gave a connection string; without it is of no use yet.
    is_mine
        Whether that was the actor.
    """

    id: UUID
    workspace: UUID
    name: str
    db_type: str
    mode: Annotated[str, Field(json_schema_extra={"enum": list(MODES)})]
    has_secret: bool
    is_mine: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where a connection leads; never the password."""

    host: str
    port: int
    dbname: str
    user: str
    sslmode: str
    sslrootcert: str
    has_password: bool


@use_case(Right.see, changes=False)
def of_workspace(unit: Unit, workspace: UUID) -> list[ConnectionView]:
    """Return the connections of a workspace, by name."""
    unit.authorise(Right.see, workspace, "workspace")
    statement = select(Connection).where(Connection.workspace_id == workspace).order_by(Connection.name)
    return [_view(unit, found) for found in unit.session.scalars(statement)]


@use_case(Right.see, changes=False)
def get(unit: Unit, connection: UUID) -> ConnectionView:
    """Return a connection."""
    return _view(unit, _found(unit, connection, Right.see)[0])


@use_case(Right.edit)
def add(
    unit: Unit,
    workspace: UUID,
    name: str,
    connection_uri: str | Secret,
    *,
    mode: str = "read-only",
    db_type: str = "postgres",
) -> ConnectionView:
    """Keep a connection; its string is the actor's secret.

    Raises
    ------
    BadInput
        If the string is not taken, or may not be used from here.
    AlreadyThere
        If the workspace has a connection of this name.
    """
    connection_uri = Secret.of(connection_uri)
    unit.authorise(Right.edit, workspace, "workspace")
    if db_type != "postgres":
        raise BadInput("only PostgreSQL is worked with", where="db_type", mend="give postgres")
    made = Connection(
        id=new_id(), workspace_id=workspace, name=_checked(name), db_type=db_type, mode=_mode(mode),
        person_id=unit.actor.user,
    )  # fmt: skip
    _seal(unit, made, _address(unit, connection_uri))
    _insert(unit, made)
    unit.audit("connection.add", str(made.id), workspace=workspace, name=made.name, mode=made.mode)
    return _changed(unit, made)


@use_case(Right.edit)
def rename(unit: Unit, connection: UUID, name: str) -> ConnectionView:
    """Give a connection of one's own, or as an admin any, another name.

    Raises
    ------
    AlreadyThere
        If the workspace has a connection of this name.
    """
    found = _managed(unit, connection)
    before, found.name = found.name, _checked(name)
    unit.audit("connection.rename", str(connection), workspace=found.workspace_id, before=before, after=found.name)
    return _changed(unit, found)


@use_case(Right.edit)
def replace(unit: Unit, connection: UUID, connection_uri: str | Secret) -> ConnectionView:
    """Give a connection another string, as a whole: nothing of the old one is kept. It is the actor's secret then.

    Raises
    ------
    BadInput
        If the string is not taken, or may not be used from here.
    """
    connection_uri = Secret.of(connection_uri)
    _found(unit, connection, Right.edit)
    address = _address(unit, connection_uri)  # a name server may take its time: before the row is locked
    found = _managed(unit, connection)
    _seal(unit, found, address)
    found.person_id = unit.actor.user
    unit.audit("connection.replace", str(connection), workspace=found.workspace_id)
    return _changed(unit, found)


@use_case(Right.edit)
def set_mode(unit: Unit, connection: UUID, mode: str) -> ConnectionView:
    """Say what sessions of a connection may do at most: ``read-only`` or ``read-write``."""
    found = _managed(unit, connection)
    before, found.mode = found.mode, _mode(mode)
    unit.audit("connection.mode", str(connection), workspace=found.workspace_id, before=before, after=found.mode)
    return _changed(unit, found)


@use_case(Right.edit)
def remove(unit: Unit, connection: UUID) -> None:
    """Remove a connection of one's own, or as an admin any, with its secret."""
    found = _managed(unit, connection)
    unit.audit("connection.remove", str(connection), workspace=found.workspace_id, name=found.name)
    unit.tell(WHAT, connection, workspace=found.workspace_id)
    unit.session.delete(found)


@use_case(Right.edit)
def copy(unit: Unit, connection: UUID, workspace: UUID, name: str) -> ConnectionView:
    """Make a connection like another one, there or in another workspace.

    Only who gave the connection string takes it along, sealed anew; to anybody else's copy it has still to be given.
    """
    source, _ = _found(unit, connection, Right.edit)
    unit.authorise(Right.edit, workspace, "workspace")
    is_own = _is_own(unit, source)
    made = Connection(
        id=new_id(), workspace_id=workspace, name=_checked(name), db_type=source.db_type,
        mode=source.mode if is_own else "read-only", person_id=unit.actor.user,
    )  # fmt: skip
    if is_own and source.connection_uri is not None:
        _seal(unit, made, _opened(unit, connection))
    _insert(unit, made)
    unit.audit(
        "connection.copy", str(made.id), workspace=workspace, source=str(connection), name=made.name,
        has_secret=made.connection_uri is not None,
    )  # fmt: skip
    return _changed(unit, made)


@use_case(Right.edit)
def look_up(unit: Unit, connection: UUID) -> AddressView:
    """Return where a connection of one's own, or as an admin any, leads: to correct it, not to log in."""
    found = _managed(unit, connection)
    address = _opened(unit, connection)
    given = address.parameters
    unit.audit("secret.read", str(connection), workspace=found.workspace_id, why="look up")
    return AddressView(
        address.host, address.port, given.get("dbname", ""), given.get("user", ""), given.get("sslmode", ""),
        given.get("sslrootcert", ""), address.password is not None,
    )  # fmt: skip


@use_case(Right.edit)
def opening(unit: Unit, connection: UUID, *, write: bool = False) -> Access:
    """Return the way into the database of a connection, for reading unless ``write`` is asked for.

    It is used when this transaction is over: see `tried`.

    Raises
    ------
    NotAllowed
        If the connection is for reading only.
    NotYet
        If nobody gave its connection string yet.
    """
    found, _ = _found(unit, connection, Right.deploy if write else Right.edit)
    if write and found.mode != "read-write":
        raise NotAllowed(
            "this connection is for reading only", where=WHAT, mend="ask whose it is, or an admin, to change its mode"
        )
    mode: Mode = "read-write" if write else "read-only"
    address = _opened(unit, connection)
    unit.audit("secret.read", str(connection), workspace=found.workspace_id, why="connect", mode=mode)
    return Access(address, reach_of(unit.actor), mode)


def tried(team: Door, actor: Actor, connection: UUID) -> Trial:
    """Try a connection: what the test button does. The store holds no transaction open meanwhile.

    Raises
    ------
    NotAllowed, NotFound
        If the actor may not use it.
    """
    return team.do(actor, opening, connection).tried()


def _found(unit: Unit, connection: UUID, right: Right, *, locked: bool = False) -> tuple[Connection, Role | None]:
    workspace = unit.session.scalar(select(Connection.workspace_id).where(Connection.id == connection))
    role = unit.authorise(right, workspace, WHAT)
    statement = select(Connection).where(Connection.id == connection)
    found = unit.session.scalar(statement.with_for_update() if locked else statement)
    if found is None:  # removed a moment ago
        unit.authorise(right, None, WHAT)
    assert found is not None
    return found, role


def _managed(unit: Unit, connection: UUID) -> Connection:
    """Return a connection that the actor may change, locked: one's own, one without a secret, or as an admin any."""
    found, role = _found(unit, connection, Right.edit, locked=True)
    is_free = found.connection_uri is None
    if not (is_free or _is_own(unit, found) or (role is not None and role >= Role.admin)):
        raise NotAllowed("this is somebody else's secret", where=WHAT, mend="ask whose it is, or an admin")
    return found


def _is_own(unit: Unit, connection: Connection) -> bool:
    return connection.person_id is not None and connection.person_id == unit.actor.user


def _address(unit: Unit, text: Secret) -> Address:
    """Return what a connection string says, once it is sure that the actor may be led there."""
    address = parse(text)
    pinned(address, reach_of(unit.actor), seconds=_RESOLVING_SECONDS)
    return address


def _seal(unit: Unit, connection: Connection, address: Address) -> None:
    key = sealing_key(unit.session, connection.workspace_id, configured())
    connection.connection_uri = seal(key, _place(connection), address.uri())
    connection.key_id = key.id


def _opened(unit: Unit, connection: UUID) -> Address:
    """Return the address of a connection; row and key come in one look, between which no rotation fits."""
    statement = (
        select(Connection, DataKey)
        .outerjoin(DataKey, DataKey.id == Connection.key_id)
        .where(Connection.id == connection)
        .execution_options(populate_existing=True)
    )
    found, key = unit.session.execute(statement).one()
    if found.connection_uri is None or key is None:
        raise NotYet("nobody gave its connection string yet", where=FIELD, mend="give one to this connection")
    return parse(unseal(opened(key, configured()), _place(found), found.connection_uri))


def _place(connection: Connection) -> Place:
    return Place(connection.workspace_id, connection.id, FIELD)


def _insert(unit: Unit, made: Connection) -> None:
    unit.session.add(made)
    _flush(unit)


def _changed(unit: Unit, connection: Connection) -> ConnectionView:
    """Write a change, tell everybody, and return how it looks now."""
    connection.updated_at = func.clock_timestamp()
    _flush(unit)
    unit.session.refresh(connection)
    unit.tell(WHAT, connection.id, workspace=connection.workspace_id)
    return _view(unit, connection)


def _flush(unit: Unit) -> None:
    is_taken = False
    try:
        unit.session.flush()
    except IntegrityError as error:
        if "uq_connections_workspace_id_name" not in str(error.orig):
            raise
        is_taken = True
    if is_taken:  # the database's own words hold the row
        raise AlreadyThere("there is a connection of this name", where="name", mend="choose another name")


def _view(unit: Unit, connection: Connection) -> ConnectionView:
    return ConnectionView(
        connection.id, connection.workspace_id, connection.name, connection.db_type, connection.mode,
        connection.connection_uri is not None, _is_own(unit, connection), connection.created_at,
        connection.updated_at,
    )  # fmt: skip


def _mode(mode: str) -> str:
    if mode not in MODES:
        raise BadInput("there is no such mode", where="mode", mend="read-only or read-write")
    return mode


def _checked(name: str) -> str:
    plain = name.strip()
    if not plain or len(plain) > 255 or not plain.isprintable():
        raise BadInput("this cannot be a name", where="name", mend="give 1 to 255 printable characters")
    return plain
