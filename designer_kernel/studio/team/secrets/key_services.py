"""A key service beside us, asked over a Unix socket: the master key never comes into this process.

One request a connection, one JSON object a line. ``{"do": "wrap", "key": …, "context": …}`` is answered by
``{"master_key": …, "wrapped": …}``; ``{"do": "unwrap", "master_key": …, "wrapped": …, "context": …}`` by
``{"key": …}``; what is refused, by ``{"error": …}``. Bytes are in base64. A small program that speaks this puts any
key management service, or a hardware module, behind it; the mode of the socket says who may ask.
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
from pathlib import Path
from typing import Final

from designer_kernel.studio.team.secrets.failures import KeyMissing
from designer_kernel.studio.team.secrets.sealing import KEY_BYTES, unreadable

_SECONDS: Final = 5.0
_MOST_BYTES: Final = 64 * 1024


class RemoteKeys:
    """The client of a key service.

    Parameters
    ----------
    path
        Its socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> None:
        """Do nothing: the service has its key."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Return the id of the service's master key, and a data key wrapped by it."""
        answer = self._ask({"do": "wrap", "key": _text(key), "context": _text(context)})
        name, wrapped = answer.get("master_key", ""), _bytes(answer.get("wrapped", ""))
        if not name or not wrapped or len(name) > 255:
            raise self._silent()
        return name, wrapped

    def unwrap(self, master_key: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key that the service wrapped."""
        answer = self._ask(
            {"do": "unwrap", "master_key": master_key, "wrapped": _text(wrapped), "context": _text(context)}
        )
        key = _bytes(answer.get("key", ""))
        if len(key) != KEY_BYTES:
            raise unreadable()
        return key

    def __repr__(self) -> str:
        return f"RemoteKeys({str(self._path)!r})"

    def _ask(self, question: dict[str, str]) -> dict[str, str]:
        line = b""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
                channel.settimeout(_SECONDS)
                channel.connect(str(self._path))
                channel.sendall(json.dumps(question).encode() + b"\n")
                while not line.endswith(b"\n") and len(line) < _MOST_BYTES:
                    part = channel.recv(4096)
                    if not part:
                        break
                    line += part
            answer = json.loads(line)
        except (OSError, ValueError):
            answer = None
        del question, line
        if not isinstance(answer, dict) or not all(isinstance(value, str) for value in answer.values()):
            raise self._silent()
        if "error" in answer:
            raise KeyMissing(
                "the key service refuses", where=str(self._path), mend="look into its log: it may have lost this key"
            )
        return answer

    def _silent(self) -> KeyMissing:
        return KeyMissing(
            "the key service does not answer as it should", where=str(self._path), mend="look whether it runs"
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
