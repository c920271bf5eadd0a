"""Several bytes of a text at a time: eight as one number whose lowest byte comes first, or as many as a processor compares at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from services.dataproc.reading.compiled.compiler import inlined

PADDING = 64  # zeros behind a text: more than any function looks ahead

Word = Any  # np.uint64


def repeated(byte: int) -> np.uint64:
    return np.uint64(byte * 0x0101010101010101)


ONES, HIGHEST = repeated(1), repeated(0x80)
DOTS = repeated(ord("."))
ZEROS, TO_HIGHEST = repeated(ord("0")), repeated(0x80 - 10)
NOTHING, BYTE = np.uint64(0), np.uint64(8)
TENS, HUNDREDS, MYRIADS = np.uint64(10 << 8 | 1), np.uint64(100 << 16 | 1), np.uint64(10_000 << 32 | 1)
PAIRS, FOURS = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)
SIXTEEN, HALF = np.uint64(16), np.uint64(32)


BYTE_TYPE, WORD_TYPE = ir.IntType(8), ir.IntType(64)


def pointer(kind: Any, context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Where a value of that kind at an index (the second argument) of an array of bytes (the first) begins; no index is checked."""
    array = cast(Any, make_array)(signature.args[0])(context, builder, args[0])
    return builder.bitcast(builder.gep(array.data, [args[1]]), kind.as_pointer())


def load_word(typing: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(pointer(WORD_TYPE, context, builder, signature, args), align=1)

    return types.uint64(array, types.int64), generate


def store_word(typing: Any, array: Any, index: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], pointer(WORD_TYPE, context, builder, signature, args), align=1)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint64), generate


def count_trailing_zeros(typing: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


def load_byte(typing: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(pointer(BYTE_TYPE, context, builder, signature, args))

    return types.uint8(array, types.int64), generate


def marks_of(signs: bytes, below: bytes, width: int) -> Callable[..., Any]:
    """A function of (text, place): a bit for each of `width` bytes from there on, the lowest first, that is one of the signs or less than `below`."""

    def mark(typing: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            vector = ir.VectorType(BYTE_TYPE, width)
            found = builder.load(pointer(vector, context, builder, signature, args), align=1)
            marked = builder.icmp_unsigned("<", found, ir.Constant(vector, [*below] * width))
            for sign in signs:
                marked = builder.or_(marked, builder.icmp_unsigned("==", found, ir.Constant(vector, [sign] * width)))
            return builder.zext(builder.bitcast(marked, ir.IntType(width)), WORD_TYPE)

        return types.uint64(array, types.int64), generate

    return cast(Callable[..., Any], cast(Any, intrinsic)(mark))


# load(text, place) -> word; store(text, place, word); trailing_zeros(word) -> their count; byte(text, place) -> the byte there, which costs less than text[place],
# for Python's indexes may count from the end
byte: Callable[..., Any] = cast(Any, intrinsic)(load_byte)
load: Callable[..., Any] = cast(Any, intrinsic)(load_word)
store: Callable[..., Any] = cast(Any, intrinsic)(store_word)
trailing_zeros: Callable[..., Any] = cast(Any, intrinsic)(count_trailing_zeros)


@inlined
def marks(word: Word, signs: Word) -> Word:
    """The highest bit of the first byte that is the repeated sign; of later bytes it may be set by chance."""
    other = word ^ signs
    return (other - ONES) & ~other & HIGHEST


@inlined
def first_mark(marked: Word) -> int:
    """The number of the first byte with its highest bit set; there has to be one."""
    place: int = trailing_zeros(marked) >> 3
    return place


@inlined
def equal(text: Any, place: int, other: Any, start: int, size: int) -> bool:
    """Do `size` bytes stand in both? Neither text is read further than a word behind its first difference, or the end."""
    done = 0
    while done + 8 <= size:
        if load(text, place + done) != load(other, start + done):
            return False
        done += 8
    return (
        done == size
        or (load(text, place + done) ^ load(other, start + done)) << np.uint64(8 * (8 - size + done)) == NOTHING
    )


@inlined
def eight_digits(text: Any, place: int, count: int) -> int:
    """The number that 1 to 8 digits are, or -1 when one of them is none."""
    word = load(text, place) << np.uint64(64 - 8 * count) | (ZEROS >> BYTE) >> np.uint64(8 * (count - 1))
    digits = word ^ ZEROS
    if ((digits + TO_HIGHEST) | digits) & HIGHEST:
        return -1
    twos = (digits * TENS) >> BYTE & PAIRS
    fours = (twos * HUNDREDS) >> SIXTEEN & FOURS
    value: int = np.int64((fours * MYRIADS) >> HALF)  # type: ignore[assignment]
    return value
