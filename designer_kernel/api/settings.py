"""What whoever runs the API may decide; the defaults are those of one team on one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from designer_kernel.errors import DesignerError

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be asked: so many a minute in the long run, and so many at once."""

    per_minute: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What the API is run with.

    Attributes
    ----------
    body_bytes
        The longest body that is read.
    body_depth
        How deep its JSON may be nested.
    body_values
        How many values its JSON may hold.
    body_seconds
        How long a body may take to arrive.
    address_rate, person_rate
        How often one address, and one person, may ask for anything.
    entrance_rate
        How often one address may log in, register or refresh a token.
    origins
        Whose pages may ask from a browser; nobody's by default.
    metrics_token
        What Prometheus brings to ``/metrics``; without one a person's access token is needed there.
    trusted_proxies
        Networks of the proxies before the service, which are believed from where a request comes.
    threads
        How many requests are worked on at the same time; the store has connections for them.
    person_at_once
        How many of them may be of one person.
    turn_seconds
        How long a request waits for its turn.
    """

    body_bytes: int = 2 << 20
    body_depth: int = 64
    body_values: int = 100_000
    body_seconds: float = 30.0
    address_rate: Rate = Rate(12_000, 600)
    person_rate: Rate = Rate(6_000, 300)
    entrance_rate: Rate = Rate(60, 30)
    origins: tuple[str, ...] = ()
    metrics_token: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    threads: int = 20
    person_at_once: int = 6
    turn_seconds: float = 20.0

    def __repr__(self) -> str:
        return f"Settings(body_bytes={self.body_bytes}, origins={self.origins})"


ORIGINS: Final = "DESIGNER_API_ORIGINS"
PROXIES: Final = "DESIGNER_TRUSTED_PROXIES"
METRICS: Final = "DESIGNER_METRICS_TOKEN"
BODY: Final = "DESIGNER_API_BODY_BYTES"
PERSON: Final = "DESIGNER_API_PERSON_RATE"
ADDRESS: Final = "DESIGNER_API_ADDRESS_RATE"


def of_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that the environment gives, the defaults for what it does not.

    ``DESIGNER_API_ORIGINS`` and ``DESIGNER_TRUSTED_PROXIES`` are lists divided by commas; rates are requests a minute.

    Raises
    ------
    DesignerError
        If one of them is not what it should be.
    """
    base = Settings()
    origins = tuple(one.strip() for one in environment.get(ORIGINS, "").split(",") if one.strip())
    for origin in origins:
        if not origin.startswith(("http://", "https://")):
            raise DesignerError(f"{origin!r} is no origin", where=ORIGINS, mend="write https://host, without a path")
    return Settings(
        body_bytes=_number(environment, BODY, base.body_bytes),
        address_rate=_rate(environment, ADDRESS, base.address_rate),
        person_rate=_rate(environment, PERSON, base.person_rate),
        origins=origins,
        trusted_proxies=_networks(environment.get(PROXIES, "")),
        metrics_token=environment.get(METRICS, ""),
    )


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise DesignerError(
            str(error), where=PROXIES, mend="write addresses or networks: 127.0.0.1, 10.1.0.0/16"
        ) from None


def _rate(environment: Mapping[str, str], name: str, base: Rate) -> Rate:
    per_minute = _number(environment, name, base.per_minute)
    return base if per_minute == base.per_minute else Rate(per_minute, max(1, per_minute // 20))


def _number(environment: Mapping[str, str], name: str, base: int) -> int:
    text = environment.get(name, "")
    if not text:
        return base
    if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) <= 1 << 30):
        raise DesignerError(f"{text!r} is no number of them", where=name, mend="write a whole number, such as 1200")
    return int(text)
