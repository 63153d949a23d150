"""The second level: a Redis server that is trusted with nothing, and that may be away."""

from __future__ import annotations

import json
import logging
import pickle
import socketserver
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.caching import cache as caching
from designer_kernel.studio.team.caching import remote as remotes
from designer_kernel.studio.team.caching.cache import Cache, Kind
from designer_kernel.studio.team.caching.remote import Remote
from tests.designer_kernel.studio.team.caching.conftest import SECRET, RedisServer

TEXT = Kind("text", write=str.encode, read=bytes.decode)
VALUE = b"a design that nobody else may read " * 20


def test_a_value_comes_back_from_another_process(redis: RedisServer, remote: Remote) -> None:
    assert remote.get("a") is None
    remote.put("a", VALUE)
    assert Remote(redis.url, SECRET, "tests").get("a") == VALUE
    assert Remote(redis.url, SECRET, "other programs").get("a") is None
    with redis.client() as client:
        assert 0 < client.ttl("tests:a") <= 24 * 3600
    remote.drop("a")
    assert remote.get("a") is None


def test_who_reads_the_server_learns_nothing_and_who_writes_there_makes_nothing_up(
    redis: RedisServer, remote: Remote, tmp_path: Path
) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "exploded",)

    remote.put("a", VALUE)
    with redis.client() as client:
        raw = client.get("tests:a")
        assert b"nobody" not in raw
        head, _, sealed = raw.partition(b"|")
        forged = {
            "changed": head + b"|" + sealed[:-1] + bytes([sealed[-1] ^ 1]),
            "short": head + b"|",
            "cut": raw[: len(raw) // 2],
            "pickled": head + b"|" + pickle.dumps(Bomb()),
            "bare": pickle.dumps(Bomb()),
            "plain": head + b"|" + VALUE,
            "deep": b"[" * 100_000,
            "of another place": raw,
            "of another key": b"",
        }
        for name, value in forged.items():
            client.set(f"tests:{name}", value)
    for name in forged:
        assert remote.get(name) is None
        remote._away_until = 0.0
    assert Remote(redis.url, b"another secret of thirty-two bytes", "tests").get("a") is None
    assert not (tmp_path / "exploded").exists()
    assert remote.get("a") == VALUE


def test_no_more_is_read_than_a_value_can_have(
    redis: RedisServer, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "MOST_BYTES", 3_000)
    remote.put("large", json.dumps(list(range(100_000))).encode())
    with redis.client() as client:
        assert client.get("tests:large") is None
        client.set("tests:planted", b"x" * 1_000_000)
        before = client.info("stats")["total_net_output_bytes"]
        assert remote.get("planted") is None
        assert client.info("stats")["total_net_output_bytes"] - before < 50_000


def test_without_a_server_everything_goes_on(
    redis: RedisServer, remote: Remote, process: Callable[[Remote | None], Cache], caplog: pytest.LogCaptureFixture
) -> None:
    cache = process(remote)
    assert cache.made(TEXT, "k", make=lambda: "made") == "made"
    redis.kill()
    with caplog.at_level(logging.INFO):
        assert process(remote).made(TEXT, "k", make=lambda: "made again") == "made again"
        assert process(remote).made(TEXT, "k", make=lambda: "and again") == "and again"
    assert [record.message for record in caplog.records] == [
        "the cache in Redis is left alone for a while (ConnectionError)"
    ]
    redis.start()
    remote._away_until = 0.0  # the while is over
    assert process(remote).made(TEXT, "k", make=lambda: "new") == "new"
    assert process(remote).made(TEXT, "k", make=lambda: "newer") == "new"


def test_a_server_that_hangs_keeps_nobody(redis: RedisServer, remote: Remote) -> None:
    remote.put("a", VALUE)
    redis.hang()
    began = time.monotonic()
    for _ in range(50):
        assert remote.get("a") is None
        remote.put("b", VALUE)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("piece", [b"$30000\r\n", b"+", b"+" + b"x" * (1 << 20)], ids=["value", "line", "flood"])
def test_a_server_that_drips_or_floods_keeps_nobody(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, and the answer never ends; then it is left alone, and one question tries again."""
    monkeypatch.setattr(remotes, "MOST_BYTES", 4 << 20)
    asked: list[float] = []
    sent = [0]

    class Dripping(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(time.monotonic())
            with suppress(OSError):
                self.request.sendall(piece)
                while True:
                    rest = piece if len(piece) > 10 else b"x"
                    self.request.sendall(rest)
                    sent[0] += len(rest)
                    time.sleep(0 if len(piece) > 10 else 0.02)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        remote = Remote(f"redis://127.0.0.1:{server.server_address[1]}", SECRET, "tests")
        began = time.monotonic()
        for _ in range(50):
            assert remote.get("a") is None
            remote.put("b", VALUE)
        assert time.monotonic() - began < 10  # without a bound it never ends
        assert len(asked) == 1
        assert sent[0] < 64 << 20
        remote._away_until = 1e-9  # the while is over
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(remote.get, "abcdefgh")) == {None}
        assert len(asked) == 2
        server.shutdown()


def test_a_value_of_another_program_is_made_anew(remote: Remote, process: Callable[[Remote | None], Cache]) -> None:
    def refuse(data: bytes) -> str:
        raise ValueError(data)

    process(remote).publish(TEXT, "k", value="old")
    other = Kind("text", write=str.encode, read=refuse)
    assert process(remote).made(other, "k", make=lambda: "new") == "new"


def test_the_environment_says_where_it_is(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(caching.REDIS, raising=False)
    monkeypatch.setenv(caching.SIZE, "3")
    cache = caching.of_environment()
    assert (cache.remote, cache.memory.limit) == (None, 3 << 20)
    monkeypatch.setenv(caching.REDIS, redis.url)
    cache = caching.of_environment()
    cache.publish(TEXT, "k", value="v")
    assert caching.of_environment().fetch(TEXT, "k") == "v"
    monkeypatch.setenv(caching.REDIS, "redis://:hunter2@127.0.0.1:1/0")
    away = caching.of_environment()
    assert away.fetch(TEXT, "k") is None
    assert "hunter2" not in repr(away.remote) + caplog.text
    for name, value in ((caching.REDIS, "http://:hunter2@x"), (caching.SIZE, "-1"), (caching.SIZE, "²")):
        monkeypatch.setenv(name, value)
        with pytest.raises(DesignerError) as refused:
            caching.of_environment()
        assert refused.value.where == name
        assert "hunter2" not in str(refused.value)
        monkeypatch.delenv(name)
