"""Bodies that are too large, too deep, or read differently by different parsers."""

from __future__ import annotations

import json
import socket
import time

import httpx
import pytest

from designer_kernel.api.errors import Refused
from designer_kernel.api.limits import Bodies, look_at_json
from designer_kernel.api.settings import Settings
from tests.designer_kernel.api.conftest import SETTINGS, Service, problem

JSON = {"Content-Type": "application/json"}

HOSTILE = {
    "5,000 deep": b'{"name":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "as deep as long": b"[" * (SETTINGS.body_bytes - 1),
    "objects": b'{"a":' * 300_000,
    "many values": b"[" + b"1," * 900_000 + b"1]",
    "many strings": b"[" + b'"",' * 600_000 + b'""]',
    "duplicate names": b'{"name":"a","name":"b"}',
    "duplicate names inside": b'{"name":{"a":1,"a":1}}',
    "NaN": b'{"name":NaN}',
    "Infinity": b'{"name":-Infinity}',
    "a huge number": b'{"name":1e999}',
    "a long number": b'{"name":' + b"9" * 1_000_000 + b"}",
    "no UTF-8": b'{"name":"\xff"}',
    "a byte order mark": b'\xef\xbb\xbf{"name":"a"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "half of a character": b'{"name":"\\ud800"}',
    "NUL": b'{"name":"a\\u0000b"}',
    "NUL in a name": b'{"na\\u0000me":"a"}',
    "a bare NUL": b'{"name":"a\x00b"}',
    "cut off": b'{"name":"a',
    "nothing": b" ",
    "two values": b"{}{}",
    "an unclosed string of quotes": b'"' + b"\\" * 999_999,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_at_once(ada: httpx.Client, name: str) -> None:
    took = []
    while not took or (took[-1] >= 0.2 and len(took) < 5):  # the machine may be busy with something else
        began = time.perf_counter()
        answer = ada.post("/api/workspaces", content=HOSTILE[name], headers=JSON)
        took.append(time.perf_counter() - began)
        problem(answer, 400, "BAD_REQUEST")
    assert min(took) < 0.2


@pytest.mark.parametrize(
    "text", ['"\\\\u0000"', '"\\\\\\\\u0000"', '"a\\ud83d\\ude00"', "[1.5e300, 12345678901234567890]"]
)
def test_what_only_looks_hostile_is_taken(text: str) -> None:
    look_at_json(text.encode(), Settings())


def test_brackets_in_strings_do_not_count() -> None:
    look_at_json(json.dumps(["[{" * 1000, '"[' * 1000, "\\" * 99 + "[" * 200]).encode(), Settings())
    with pytest.raises(Refused, match="64 deep"):
        look_at_json(b"[" * 65 + b"]" * 65, Settings())
    look_at_json(b"[" * 64 + b"]" * 64, Settings())


def test_a_body_that_says_it_is_too_large_is_not_read(service: Service, ada: httpx.Client) -> None:
    port = httpx.URL(service.url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(
            b"POST /api/workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token of ada\r\n"
            b"Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n{"
        )
        began = time.perf_counter()
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
        assert time.perf_counter() - began < 0.2


def test_a_body_that_does_not_say_how_long_it_is_is_read_so_far(ada: httpx.Client) -> None:
    def parts():
        yield b'"'
        for _ in range(40):
            yield b"x" * 65536

    problem(ada.post("/api/workspaces", content=parts(), headers=JSON), 413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/jsonp"},
    ],
)
def test_only_json_in_utf8_is_read(ada: httpx.Client, headers: dict[str, str]) -> None:
    problem(ada.post("/api/workspaces", content=b'{"name":"a"}', headers=headers), 415, "UNSUPPORTED_MEDIA_TYPE")
    taken = ada.post(
        "/api/workspaces", content=b'{"name":"a"}', headers={"Content-Type": "Application/JSON;charset=UTF-8"}
    )
    assert taken.status_code == 201


def test_nobody_fills_the_memory_with_bodies_that_never_end(service: Service, ada: httpx.Client) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    head = (
        f"POST /api/workspaces HTTP/1.1\r\nHost: {host}\r\nAuthorization: {ada.headers['Authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {SETTINGS.body_bytes}\r\n\r\n"
    ).encode()
    sockets = [socket.create_connection((host, int(port)), 10) for _ in range(8)]
    try:
        for each in sockets:
            each.sendall(head + b" " * (SETTINGS.body_bytes - 1))
        held, until = _bodies(service)._held, time.monotonic() + 10
        while held.total() < len(sockets) * (SETTINGS.body_bytes - 1):
            assert time.monotonic() < until
            time.sleep(0.02)
        answer = ada.post("/api/workspaces", json={"name": "x" * 50})
        assert "at the same time" in problem(answer, 429, "TOO_MANY_ATTEMPTS")["message"]
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        for each in sockets:
            each.close()
    until = time.monotonic() + 10
    while (answer := ada.post("/api/workspaces", json={"name": "later"})).status_code != 201:
        assert time.monotonic() < until
    assert _bodies(service)._held.total() == 0


def _bodies(service: Service) -> Bodies:
    layer = service.app.middleware_stack
    while not isinstance(layer, Bodies):
        layer = layer.app  # type: ignore[union-attr]
    return layer
