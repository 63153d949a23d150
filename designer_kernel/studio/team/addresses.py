"""Connection strings: read by libpq itself, and of what it knows only what leads to one server is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import conninfo

from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres import connection as connections
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.secrets.secret import Secret

TAKEN: Final = (
    "host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "connect_timeout", "application_name",
)  # fmt: skip
"""What a connection string may say. libpq knows fifty parameters; some name files to read (``service``, ``passfile``,
``sslkey``) or to write (``sslkeylogfile``), ``hostaddr`` leads past the host, ``options`` sets anything."""

FIELD: Final = "connection_uri"
_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_MOST_CHARACTERS: Final = 4096
_MOST_SECONDS: Final = 60
_MOST_BYTES_OF_NAMES: Final = 63
_URL: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:/")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CERTIFICATE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SCHEME_IN_NAME: Final = re.compile(r"postgres(ql)?:", re.IGNORECASE)
_HOW: Final = "write postgresql://user:password@host:port/database; encode characters such as @ / % as %40 %2F %25"


class Address:
    """Where a database is and who logs in there, with the password, which it shows to nobody.

    Parameters
    ----------
    parameters
        What libpq is told, without the password.
    """

    __slots__ = ("parameters", "password")

    def __init__(self, parameters: Mapping[str, str], password: Secret | None) -> None:
        self.parameters = dict(parameters)
        self.password = password

    @property
    def host(self) -> str:
        """The host's name or address, or the directory of a socket; empty if libpq shall choose."""
        return self.parameters.get("host", "")

    @property
    def port(self) -> int:
        """The port."""
        return int(self.parameters.get("port") or 5432)

    def uri(self) -> Secret:
        """Return the connection string, password and all, as it is sealed; `parse` reads it back."""
        password = {} if self.password is None else {"password": self.password.reveal()}
        return Secret(connections.to_url(self.parameters | password))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and (self.parameters, self.password) == (other.parameters, other.password)

    __hash__ = None  # type: ignore[assignment] # it holds a dict

    def __repr__(self) -> str:
        return "Address(***)"


@dataclass(frozen=True, slots=True)
class _Refused:
    what: str
    mend: str = _HOW


def parse(text: str | Secret) -> Address:
    """Return what a connection string says, a URL or ``key=value`` pairs.

    Raises
    ------
    BadInput
        If libpq does not read it, or it says more than `TAKEN`. Neither the error nor its traceback holds any of it but
        the names of parameters.
    """
    text = Secret.of(text)
    found = _read(text)
    if isinstance(found, _Refused):  # raised here, where no local variable holds the text
        raise BadInput(found.what, where=FIELD, mend=found.mend)
    return found


def _read(secret: Secret) -> Address | _Refused:
    text = secret.reveal()
    if len(text) > _MOST_CHARACTERS:
        return _Refused("the connection string is too long", f"{_MOST_CHARACTERS:,} characters are the most")
    if _CONTROL.search(text):
        return _Refused("the connection string holds a control character", "remove it")
    parameters = _of_url(text) if _URL.match(text) else _of_pairs(text)
    if not parameters:
        return _Refused("the connection string cannot be read" if text.strip() else "the connection string is empty")
    refused = _refused(parameters)
    if refused is not None:
        return refused
    password = parameters.pop("password", None)
    return Address(parameters, None if password is None else Secret(password))


def _of_url(text: str) -> dict[str, str] | None:
    """Return the parameters of a URL; nothing if it is none, or its password may have ended in the wrong place."""
    try:
        url = connections.normalise(text)
    except ServerUnavailable:
        return None
    parameters = _of_pairs(url)
    if parameters is None or ("password" not in parameters and connections.redact(url) != url):
        return None
    return parameters


def _of_pairs(text: str) -> dict[str, str] | None:
    try:
        return {key: str(value) for key, value in conninfo.conninfo_to_dict(text).items()}
    except (psycopg.Error, UnicodeError):  # their messages may quote the password
        return None


def _refused(parameters: Mapping[str, str]) -> _Refused | None:
    """Return why parameters are not taken, by the name of the first that is not."""
    for key in parameters:
        if key not in TAKEN:
            return _Refused(
                f"the connection parameter {key} is not taken", f"leave it out; taken are {', '.join(TAKEN)}"
            )
    if any(_CONTROL.search(value) for value in parameters.values()):
        return _Refused("the connection string holds a control character", "remove it")
    host, port, database = (parameters.get(key, "") for key in ("host", "port", "dbname"))
    if "," in host or "," in port:
        return _Refused("the connection string names several hosts", "name one host and one port")
    if "@" in host or (not host.startswith("/") and re.search(r"[\s/\\]", host)):
        return _Refused("the host cannot be read")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return _Refused("the port is no number of a port", "give 1 to 65535")
    if "=" in database or "://" in database or _SCHEME_IN_NAME.match(database):
        return _Refused("the database's name looks like a connection string", "give a plain name")
    return _refused_options(parameters)


def _refused_options(parameters: Mapping[str, str]) -> _Refused | None:
    seconds, mode = parameters.get("connect_timeout", "1"), parameters.get("sslmode", "prefer")
    certificate, name = parameters.get("sslrootcert", "system"), parameters.get("application_name", "")
    if not (seconds.isascii() and seconds.isdigit() and 0 < int(seconds) <= _MOST_SECONDS):
        return _Refused("connect_timeout is no number of seconds", f"give 1 to {_MOST_SECONDS}")
    if mode not in _MODES:
        return _Refused("sslmode is none that there is", f"give one of {', '.join(_MODES)}")
    if not _CERTIFICATE.fullmatch(certificate):
        return _Refused("sslrootcert is no name", "give the name of a certificate that the designer has, or system")
    if len(name.encode(errors="replace")) > _MOST_BYTES_OF_NAMES:
        return _Refused("application_name is too long", f"{_MOST_BYTES_OF_NAMES} bytes are the most")
    return None
