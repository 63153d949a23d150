"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from designer_kernel.studio.team.people import passwords
from designer_kernel.studio.team.people.common_passwords import is_common
from designer_kernel.studio.team.refusals import BadInput


def test_what_is_kept_is_argon2id_with_enough_memory() -> None:
    kept = passwords.hashed("purple elephants sing")
    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert (found.memory_cost >= 46 * 1024, found.time_cost, found.parallelism) == (True, 1, 1)
    assert "purple" not in kept
    assert kept != passwords.hashed("purple elephants sing")
    assert passwords.matches(kept, "purple elephants sing")
    assert not passwords.matches(kept, "Purple elephants sing")
    assert not passwords.matches(kept, "")
    assert not passwords.is_outdated(kept)


def test_weaker_hashes_are_outdated_and_stronger_ones_are_not() -> None:
    for memory, passes, outdated in ((19 * 1024, 1, True), (46 * 1024, 1, False), (64 * 1024, 2, False)):
        hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
        assert passwords.is_outdated(hasher.hash("x")) is outdated
    other_kind = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1, type=Type.I)
    assert passwords.is_outdated(other_kind.hash("x"))


def test_nobodys_password_is_never_right(quick_hashes: None) -> None:
    for nothing in ("", "no hash at all", "$argon2id$v=19$m=64,t=1,p=1$x$y"):
        assert not passwords.matches(nothing, "")
        assert not passwords.matches(nothing, "purple elephants sing")


@pytest.mark.parametrize(
    "password",
    [
        "tigers on mars",
        "x7kd-99qp",
        "сорок две вороны",
        "🦉🦉 owls at 🌙 night",
        " leading and trailing ",
        "a\x00b c d e f g",
        "k" + "ab cd ef" * 16,
        "lone \udcff surrogate",
    ],
)
def test_passwords_are_taken_as_they_are(quick_hashes: None, password: str) -> None:
    passwords.check(password, "ada", "ada@example.org")
    kept = passwords.hashed(password)
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password[:-1])
    assert not passwords.matches(kept, password + " ")


@pytest.mark.parametrize(
    "password",
    [
        *("short 7", "password", "Password123!", "P@ssw0rd", "12345678", "qwertyuiop", "aaaaaaaaaa", "abcabcabc"),
        *("Summer2026!", "letmein99", "iloveyou", "PostgreSQL18", "schema designer", "Jupyter!!", "lovelace1815"),
        *("ada.lovelace", "1q2w3e4r5t", "x" * 1025),
    ],
)
def test_what_is_guessed_first_is_refused_without_repeating_it(password: str) -> None:
    with pytest.raises(BadInput) as refusal:
        passwords.check(password, "ada.lovelace", "lovelace")
    assert refusal.value.where == "password"
    assert password == "password" or password not in str(refusal.value)


def test_the_three_thousand_commonest_are_refused() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = FREQUENCY_LISTS["passwords"][:3000]
    assert {"123456", "trustno1", "qwerty"} <= set(listed)
    assert [one for one in listed if not is_common(one)] == []
    assert [one for one in listed if not is_common(one.upper())] == []
    assert not is_common("seven amber herons")


def test_what_is_too_long_is_wrong_and_not_cut(quick_hashes: None) -> None:
    longest = "long enough " * 85 + "ends"
    assert len(longest) == passwords.LONGEST
    kept = passwords.hashed(longest)
    assert passwords.matches(kept, longest)
    assert not passwords.matches(kept, longest + "x")
