"""Master keys in the environment, in a file, and in a service of its own process."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from designer_kernel.studio.team.secrets import key_files
from designer_kernel.studio.team.secrets.failures import KeyMissing, SecretUnreadable
from designer_kernel.studio.team.secrets.key_files import KeyFile
from designer_kernel.studio.team.secrets.key_services import RemoteKeys
from designer_kernel.studio.team.secrets.master_keys import (
    KEY,
    KEY_FILE,
    OLD_KEYS,
    PASSPHRASE,
    SERVICE,
    Keys,
    KeyService,
    configured,
)

DATA_KEY = bytes(range(32))


def text_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys in no time."""
    monkeypatch.setattr(key_files, "_COST", {"memory_kib": 64, "time": 1, "lanes": 1})


SERVER = """
import json, socket, sys
from designer_kernel.studio.team.secrets.failures import KeyMissing, SecretUnreadable
from designer_kernel.studio.team.secrets.master_keys import Keys
from base64 import b64decode as raw, b64encode
text = lambda data: b64encode(data).decode()
keys = Keys([b"k" * 32])
with socket.socket(socket.AF_UNIX) as server:
    server.bind(sys.argv[1]); server.listen(); print("ready", flush=True)
    while True:
        line, _ = server.accept()
        with line, line.makefile("rw") as file:
            asked = json.loads(file.readline())
            try:
                if asked["do"] == "wrap":
                    name, wrapped = keys.wrap(raw(asked["key"]), raw(asked["context"]))
                    answer = {"master_key": name, "wrapped": text(wrapped)}
                else:
                    key = keys.unwrap(asked["master_key"], raw(asked["wrapped"]), raw(asked["context"]))
                    answer = {"key": text(key)}
            except (KeyMissing, SecretUnreadable) as error:
                answer = {"error": error.code}
            file.write(json.dumps(answer) + "\\n")
"""


@pytest.fixture(scope="module")
def socket_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A key service that runs, as a program of its own."""
    path = tmp_path_factory.mktemp("keys") / "s"
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield path
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(params=["environment", "file", "file with passphrase", "service"])
def service(request: pytest.FixtureRequest, tmp_path: Path, cheap: None) -> KeyService:
    given = {
        "environment": lambda: {KEY: text_of(b"m" * 32)},
        "file": lambda: {KEY_FILE: str(tmp_path / "k" / "keys")},
        "file with passphrase": lambda: {KEY_FILE: str(tmp_path / "k" / "keys"), PASSPHRASE: "open sesame"},
        "service": lambda: {SERVICE: str(request.getfixturevalue("socket_path"))},
    }[request.param]()
    made = configured(given)
    made.begin()
    return made


def test_what_was_wrapped_is_unwrapped_for_its_context_alone(service: KeyService) -> None:
    name, wrapped = service.wrap(DATA_KEY, b"shop")
    assert DATA_KEY not in wrapped
    assert service.unwrap(name, wrapped, b"shop") == DATA_KEY
    refusals = (SecretUnreadable, KeyMissing)
    with pytest.raises(refusals):
        service.unwrap(name, wrapped, b"other")
    with pytest.raises(refusals):
        service.unwrap(name, wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"shop")
    with pytest.raises(KeyMissing):
        service.unwrap("another", wrapped, b"shop")


def test_old_keys_of_the_environment_unwrap_and_the_new_one_wraps() -> None:
    old, new = text_of(b"o" * 32), text_of(b"n" * 32)
    before = configured({KEY: old}).wrap(DATA_KEY, b"")
    now = configured({KEY: new, OLD_KEYS: f"{old}, "})
    assert now.unwrap(*before, b"") == DATA_KEY
    assert now.wrap(DATA_KEY, b"")[0] != before[0]
    with pytest.raises(KeyMissing):
        configured({KEY: new}).unwrap(*before, b"")


@pytest.mark.parametrize("text", ["c4nary", text_of(b"short"), text_of(b"x" * 33), "é" * 44])
def test_a_master_key_that_is_none_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(KeyMissing, match="no master key") as caught:
        configured({KEY: text})
    assert text not in str(caught.value) + repr(caught.value)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys"
    with pytest.raises(KeyMissing, match="not here"):
        KeyFile(path).wrap(DATA_KEY, b"")
    assert not path.exists(), "no key is made unless one may begin"
    KeyFile(path).begin()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    wrapped = KeyFile(path).wrap(DATA_KEY, b"")
    KeyFile(path).begin()
    assert KeyFile(path).unwrap(*wrapped, b"") == DATA_KEY, "a second beginning changes nothing"
    for mode in (0o640, 0o604, 0o620, 0o660):
        path.chmod(mode)
        with pytest.raises(KeyMissing, match="others may read"):
            KeyFile(path).unwrap(*wrapped, b"")
    path.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(KeyMissing, match="cannot be read"):
        KeyFile(link).unwrap(*wrapped, b"")


def test_of_many_who_make_the_file_at_once_one_does(tmp_path: Path) -> None:
    files = [KeyFile(tmp_path / "keys") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(KeyFile.begin, files))
    assert len({file.keys().ids for file in files}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    KeyFile(path).begin()
    os.chown(path, 12345, -1)
    with pytest.raises(KeyMissing, match="others may read"):
        KeyFile(path).keys()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 2}', '{"version": 1, "keys": [], "argon2id": null}', "x"]
)
def test_another_file_is_no_file_of_keys(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyMissing, match="no file of master keys"):
        KeyFile(path).keys()


def test_a_new_key_wraps_and_the_old_one_still_unwraps(tmp_path: Path, cheap: None) -> None:
    file = KeyFile(tmp_path / "keys", "open sesame")
    file.begin()
    before = file.wrap(DATA_KEY, b"")
    name = file.renew()
    assert file.wrap(DATA_KEY, b"")[0] == name != before[0]
    assert file.unwrap(*before, b"") == DATA_KEY
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_keys_that_are_made_at_once_all_stay(tmp_path: Path, cheap: None) -> None:
    path = tmp_path / "keys"
    KeyFile(path).begin()
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: KeyFile(path).renew(), range(16)))
    ids = KeyFile(path).keys().ids
    assert len(set(made)) == 16
    assert set(made) < set(ids)
    assert len(ids) == 17


def test_a_passphrase_goes_through_argon2id_and_a_wrong_one_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    KeyFile(path, "open sesame").begin()
    document = json.loads(path.read_text())
    assert document["argon2id"]["memory_kib"] >= 46 * 1024
    assert document["argon2id"]["time"] >= 1
    wrapped = KeyFile(path, "open sesame").wrap(DATA_KEY, b"")
    for passphrase in ("open sesamE", ""):
        with pytest.raises(KeyMissing) as caught:
            KeyFile(path, passphrase).unwrap(*wrapped, b"")
        assert "sesam" not in str(caught.value) + repr(caught.value)
    document["argon2id"]["memory_kib"] = 1 << 30
    path.write_text(json.dumps(document))
    with pytest.raises(KeyMissing):
        KeyFile(path, "open sesame").keys()


def test_a_service_that_is_gone_or_talks_nonsense_is_told(tmp_path: Path, socket_path: Path) -> None:
    with pytest.raises(KeyMissing, match="does not answer"):
        RemoteKeys(tmp_path / "none").wrap(DATA_KEY, b"")
    name, wrapped = RemoteKeys(socket_path).wrap(DATA_KEY, b"")
    assert name == Keys([b"k" * 32]).ids[0]
    with pytest.raises(KeyMissing, match="refuses") as caught:
        RemoteKeys(socket_path).unwrap("another", wrapped, b"")
    assert text_of(DATA_KEY) not in str(caught.value)
