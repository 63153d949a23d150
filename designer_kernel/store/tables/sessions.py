"""How people stay logged in, and what is known of those who try to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Key, Moment, Now

EVERYWHERE = "*"
"""The address of attempts that are counted wherever they come from."""


class TokenFamily(Base):
    """One log-in: the refresh tokens that follow from it, of which one is worth something at a time.

    Attributes
    ----------
    ends_at
        When a password is asked for again, however often tokens were refreshed.
    revoked_at, why
        Since when it is worth nothing, and for what reason: ``logout``, ``everywhere``, ``password``, ``reset``,
        ``deactivated`` or ``reuse``.
    """

    __tablename__ = "token_families"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(64), server_default="")
    face: Mapped[str] = mapped_column(String(20), server_default="")
    started_at: Mapped[Now]
    ends_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    why: Mapped[str] = mapped_column(String(20), server_default="")


class RefreshToken(Base):
    """A token that was given out, known by its hash; it is used once.

    Attributes
    ----------
    digest
        SHA-256 of the token, which has 256 random bits, in hexadecimal digits.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[Key]
    family_id: Mapped[UUID] = mapped_column(ForeignKey("designer.token_families.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[Now]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Attempts(Base):
    """How often something was tried in vain, by what was tried and from where.

    Attributes
    ----------
    subject
        An account by the id of its user, a name that nobody has by its hash, or something else that is guessed at;
        empty if only the address counts.
    address
        An IP address, the network of one of version 6, or `EVERYWHERE`.
    refused
        How many were turned away unheard since the last that was heard.
    wait_until
        Before this nothing is heard.
    known_at
        When the account was last logged in to from this address.
    """

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    last_at: Mapped[Now] = mapped_column(index=True)
    wait_until: Mapped[Moment | None]
    known_at: Mapped[Moment | None]


class FirstOwnerCode(Base):
    """The code that makes the first owner; there is one at most, and none once it was used."""

    __tablename__ = "first_owner_codes"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Now]
    expires_at: Mapped[Moment]


class ResetCode(Base):
    """The code by which somebody who forgot their password gives themselves another; the last one counts, once.

    Attributes
    ----------
    giver_id
        Who gave it; ``None`` is whoever runs the designer.
    """

    __tablename__ = "reset_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"), primary_key=True)
    giver_id: Mapped[UUID | None] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Now]
    expires_at: Mapped[Moment]
