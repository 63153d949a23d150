"""The compiled loop that writes rows of COPY BINARY, by numba: an optional extra that `compiled` finds at run time.

It is one small program for all tables: it reads a list of steps for each row, so that no table has to be compiled. It
is compiled once for a machine, in about a second, and kept in the user's cache directory. It works on addresses of
memory that `compiled` holds, and trusts what it is told there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numba
import platformdirs
from numba.core import cgutils, types
from numba.extending import intrinsic

CONSTANT: Final = 0
ITEMS: Final = 1
ARRAY: Final = 2
PICKED: Final = 3
DIGITS: Final = 4
DECIMAL: Final = 5
COLUMN: Final = 6
END: Final = 7
"""Kinds of steps: what `compiled` writes down for each is told there."""

SPARE: Final = 32
"""Bytes behind the last row that may be written over."""

_SIGNATURE: Final = "int64(int64[:,::1], int64, int64)"
_WIDTHS: Final = {8: types.int8, 32: types.int32, 64: types.int64}


def _copy_code(_typing: Any, target: Any, source: Any, size: Any) -> Any:
    """Copy bytes from one address to another."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        to, of = (builder.inttoptr(address, cgutils.voidptr_t) for address in arguments[:2])
        cgutils.raw_memcpy(builder, to, of, arguments[2], 1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), code


def _load_code(bits: int) -> Callable[[Any, Any], Any]:
    """Return what reads a number of so many bits at an address."""

    def load(_typing: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            kind = context.get_value_type(_WIDTHS[bits])
            found = builder.load(builder.inttoptr(arguments[0], kind.as_pointer()), align=1)
            return builder.sext(found, context.get_value_type(types.int64)) if bits < 64 else found

        return types.int64(types.int64), code

    return load


def _store_code(bits: int) -> Callable[[Any, Any, Any], Any]:
    """Return what writes a number of so many bits at an address."""

    def store(_typing: Any, address: Any, number: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            kind = context.get_value_type(_WIDTHS[bits])
            value = builder.trunc(arguments[1], kind) if bits < 64 else arguments[1]
            builder.store(value, builder.inttoptr(arguments[0], kind.as_pointer()), align=1)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64), code

    return store


_copy = intrinsic(_copy_code)
_load_8, _load_32, _load_64 = (intrinsic(_load_code(bits)) for bits in (8, 32, 64))
_store_8, _store_32, _store_64 = (intrinsic(_store_code(bits)) for bits in (8, 32, 64))


def _moved(target: Any, source: Any, size: Any, limit: Any) -> Any:
    """Copy some bytes, few of them without a call; return where the next ones go.

    Where 32 bytes can be read, as many are written whatever the size, since what follows is written over them: a jump
    for each length costs twice as much.
    """
    if size > 32:
        _copy(target, source, size)
    elif source + 32 <= limit:
        _store_64(target, _load_64(source))
        _store_64(target + 8, _load_64(source + 8))
        if size > 16:
            _store_64(target + 16, _load_64(source + 16))
            _store_64(target + 24, _load_64(source + 24))
    else:
        for index in range(size):
            _store_8(target + index, _load_8(source + index))
    return target + size


def _number(target: Any, number: Any, width: Any) -> Any:
    """Write a number's digits, with zeros before them up to a width; return where the next bytes go."""
    size = 1
    bound = 10
    while size < 18 and number >= bound:
        bound *= 10
        size += 1
    if number >= bound:
        size += 1
    size = max(size, width)
    for index in range(size - 1, -1, -1):
        _store_8(target + index, 48 + number % 10)
        number //= 10
    return target + size


def _big(target: Any, number: Any) -> None:
    """Write a number of 32 bits, the highest first."""
    _store_8(target, number >> 24)
    _store_8(target + 1, number >> 16)
    _store_8(target + 2, number >> 8)
    _store_8(target + 3, number)


def _short(target: Any, number: Any) -> None:
    """Write a number of 16 bits, the highest first."""
    _store_8(target, number >> 8)
    _store_8(target + 1, number)


def _decimal(target: Any, number: Any, scale: Any, unit: Any) -> Any:
    """Write a number of the smallest unit as a numeric, without leading zeros; return where the next bytes go.

    A group of four decimal digits is a number of 16 bits. Before them stand how many they are, how many of them stand
    before the point less one, the sign, and the digits behind the point.
    """
    size = number if number >= 0 else -number
    whole = size // unit
    rest = size - whole * unit
    before = 0
    left = whole
    while left > 0:
        left //= 10000
        before += 1
    after = (scale + 3) // 4 if rest > 0 else 0
    _short(target, before + after)
    _short(target + 2, before - 1)
    _short(target + 4, 0 if number >= 0 else 0x4000)
    _short(target + 6, scale)
    place = target + 8
    for index in range(before - 1, -1, -1):
        _short(place + 2 * index, whole % 10000)
        whole //= 10000
    place += 2 * before
    for _ in range(4 * after - scale if after else 0):
        rest *= 10
    for index in range(after - 1, -1, -1):
        _short(place + 2 * index, rest % 10000)
        rest //= 10000
    return place + 2 * after


def _write(steps: Any, rows: Any, target: Any) -> Any:
    """Write rows by the steps to an address, and return how many bytes they are; up to `SPARE` more are spoilt."""
    place = target
    for row in range(rows):
        step = 0
        begin = place
        while step < steps.shape[0]:
            kind, first, second, third = steps[step, 0], steps[step, 1], steps[step, 2], steps[step, 3]
            limit = steps[step, 4]
            if kind == CONSTANT:
                place = _moved(place, first, second, limit)
            elif kind == ITEMS:
                place = _moved(place, first + row * second, second, limit)
            elif kind == DIGITS:
                place = _number(place, _load_64(first + 8 * row), second)
            elif kind == DECIMAL:
                place = _decimal(place, _load_64(first + 8 * row), second, third)
            elif kind == COLUMN:
                begin = place
                place += 4
                if first != 0 and _load_8(first + row) != 0:
                    _big(begin, -1)
                    step = second
            elif kind == END:
                _big(begin, place - begin - 4)
            else:
                offset = first + 4 * (row if kind == ARRAY else _load_64(third + 8 * row))
                start = _load_32(offset)
                place = _moved(place, second + start, _load_32(offset + 4) - start, limit)
            step += 1
    return place - target


def _compiled() -> Any:
    """Return the loop, compiled or from the cache; numba's own setting of its cache stays what it was."""
    global _moved, _number, _big, _short, _decimal
    before = numba.config.CACHE_DIR
    if not before:
        numba.config.CACHE_DIR = platformdirs.user_cache_dir("schema-designer", appauthor=False)
    try:
        inlined = numba.njit(inline="always")
        _moved, _number, _big = inlined(_moved), inlined(_number), inlined(_big)
        _short, _decimal = inlined(_short), inlined(_decimal)
        try:
            return numba.njit(_SIGNATURE, nogil=True, cache=True)(_write)
        except RuntimeError:  # no directory to keep it in
            return numba.njit(_SIGNATURE, nogil=True)(_write)
    finally:
        numba.config.CACHE_DIR = before


write = _compiled()
"""Write rows by steps to an address, and return how many bytes they are; it holds no lock meanwhile."""
