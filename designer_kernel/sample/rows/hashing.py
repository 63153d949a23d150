"""Counter-based randomness: a value is a pure function of (seed, names, row number), whatever was drawn before.

The mixer is splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), vectorised. It is
a bijection of 64-bit numbers, so keys made from it are distinct by proof. Values stay in integers and tables as long as
possible: ``exp`` and ``pow`` differ between C libraries and would break equality across machines.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from math import isqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Rows = NDArray[np.int64]

_GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_ROUNDS: Final = 6
_WORD: Final = 2**64 - 1
_STEP: Final = 4294967291
"""The largest prime under 2**32: coprime to every smaller number, so multiplying by it permutes any range."""


_LOOKED_UP: Final = 4096


@lru_cache(maxsize=65536)
def stream(seed: int, *names: str) -> int:
    """Return the key of one stream of random bits, as different from every other stream as a hash can make it."""
    digest = blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def mix(values: Bits) -> Bits:
    """Return splitmix64's finaliser of each number; a bijection."""
    z = values >> np.uint64(30)
    z ^= values
    z *= _MIX_1
    z ^= z >> np.uint64(27)
    z *= _MIX_2
    z ^= z >> np.uint64(31)
    return z


def draw(key: int, rows: Rows) -> Bits:
    """Return 64 random bits for each row number; for one key no two rows get the same."""
    return mix(rows.astype(np.uint64) * _GAMMA + np.uint64(key))


def unit(bits: Bits) -> NDArray[np.float64]:
    """Return each number as a float of [0, 1), exactly the same on every machine."""
    return (bits >> np.uint64(11)).astype(np.float64) * (1.0 / 9007199254740992.0)


def below(bits: Bits, size: Any) -> Rows:
    """Return each number reduced to ``0 … size − 1`` (``size`` may be an array; below 2**31) without modulo bias."""
    wide = np.asarray(size).astype(np.uint64)
    return (((bits >> np.uint64(32)) * wide) >> np.uint64(32)).astype(np.int64)


def permute(counter: Rows, size: Any, shift: Any = 0) -> Rows:
    """Return a scattered bijection of ``counter mod size``, for sizes (a number or an array) below 2**31.

    Any ``size`` consecutive counters meet every number once.
    """
    sizes = np.asarray(size, dtype=np.int64)
    turned = _rest(counter, sizes) * (_STEP % sizes)
    if np.ndim(shift) or shift:
        turned = _rest(turned, sizes) + np.asarray(shift, dtype=np.int64) % sizes
    permuted: Rows = _rest(turned, sizes)
    return permuted


def _rest(numbers: Any, sizes: Any) -> Any:
    """Return remainders; numpy divides by one number in a fraction of the time that remainders take."""
    if np.ndim(sizes):
        return numbers % sizes
    return numbers - numbers // sizes * sizes


def weighted(bits: Bits, weights: tuple[int, ...]) -> Rows:
    """Return an index into ``weights`` for each number, as often as its weight says."""
    total = sum(weights)
    if total <= _LOOKED_UP:
        return _turns(weights)[below(bits, total)]
    bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(bounds, below(bits, int(bounds[-1])), side="right").astype(np.int64)


@lru_cache(maxsize=1024)
def _turns(weights: tuple[int, ...]) -> Rows:
    """Return each index as many times as its weight: looking up costs a third of searching."""
    return np.repeat(np.arange(len(weights), dtype=np.int64), weights)


def scatter(numbers: Rows, size: int, key: int) -> Rows:
    """Return a keyed bijection of ``0 … size − 1`` that looks random; `gathered` is its inverse.

    A Feistel network over two halves that hardly overlap the range (J. Black, P. Rogaway: "Ciphers with arbitrary
    finite domains", 2002); what falls outside the range walks on along its cycle until it is inside.
    """
    return _walked(numbers, size, key, range(_ROUNDS), 1)


def gathered(numbers: Rows, size: int, key: int) -> Rows:
    """Return the numbers that `scatter` takes to these."""
    return _walked(numbers, size, key, range(_ROUNDS - 1, -1, -1), -1)


def _walked(numbers: Rows, size: int, key: int, rounds: range, sign: int) -> Rows:
    width = isqrt(size - 1) + 1 if size > 1 else 1
    height = -(-size // width)
    result = _turned(numbers, width, height, key, rounds, sign)
    outside = np.flatnonzero(result >= size)
    while len(outside):
        result[outside] = _turned(result[outside], width, height, key, rounds, sign)
        outside = outside[result[outside] >= size]
    return result


def _turned(numbers: Rows, width: int, height: int, key: int, rounds: range, sign: int) -> Rows:
    """Return numbers after the rounds of the network: each half is moved by what the other one hashes to."""
    high, low = numbers // width, numbers % width
    for step in rounds:
        if step % 2:
            high = (high + sign * below(draw(key + step & _WORD, low), height)) % height
        else:
            low = (low + sign * below(draw(key + step & _WORD, high), width)) % width
    found: Rows = high * width + low
    return found
