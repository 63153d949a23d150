"""What is sealed opens at its place, under its key, unchanged, and nowhere else."""

from __future__ import annotations

import copy
import os
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.design.identity import new_id
from designer_kernel.studio.team.secrets.failures import SecretUnreadable
from designer_kernel.studio.team.secrets.sealing import OpenKey, Place, key_of, seal, unseal
from designer_kernel.studio.team.secrets.secret import Secret

KEY = OpenKey(new_id(), os.urandom(32))
PLACE = Place(new_id(), new_id(), "connection_uri")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    sealed = seal(KEY, PLACE, Secret(text))
    assert key_of(sealed) == KEY.id
    assert unseal(KEY, PLACE, sealed) == Secret(text)
    assert len(text) < 4 or text.encode() not in sealed


def test_each_sealing_has_a_nonce_of_its_own() -> None:
    sealed = [seal(KEY, PLACE, Secret("x")) for _ in range(1000)]
    assert len({each[17:29] for each in sealed}) == 1000


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (replace(KEY, key=os.urandom(32)), PLACE), (replace(KEY, id=new_id()), PLACE),
        (KEY, replace(PLACE, workspace=new_id())), (KEY, replace(PLACE, object=new_id())),
        (KEY, replace(PLACE, field="name")),
    ],
    ids=["key", "key id", "workspace", "connection", "field"],
)  # fmt: skip
def test_under_another_key_or_at_another_place_it_stays_closed(key: OpenKey, place: Place) -> None:
    with pytest.raises(SecretUnreadable):
        unseal(key, place, seal(KEY, PLACE, Secret("c4nary")))


def test_no_bit_of_it_may_change() -> None:
    sealed = seal(KEY, PLACE, Secret("c4nary"))
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SecretUnreadable):
            unseal(KEY, PLACE, bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(SecretUnreadable):
            unseal(KEY, PLACE, sealed[:length])


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("c4nary")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>20}", "%s %r" % (secret, [secret]), repr(KEY)):  # noqa: UP031
        assert "c4nary" not in shown
    assert KEY.key.hex() not in repr(KEY)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(secret)
    assert not hasattr(secret, "__dict__")
