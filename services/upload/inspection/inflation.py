"""Compressed streams: unfolded as they pass, thrown away at once, stopped when they unfold too far."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from backports import zstd

from services.upload.inspection.model import ContentLimits
from shared.formats import FileRefused, Format, Refusal
from shared.formats.refusals import corrupt_file, empty_file
from shared.formats.signatures import COMPRESSION_HEAD, HEAD, compression_of, format_of

BLOCK = 1 << 18  # bytes unfolded at a time
ZSTD_WINDOW = 27  # 128 MiB in powers of two, what `zstd` itself accepts: the window is memory that a file asks for
SLICE = 1 << 16  # bytes of input at a time: what is left of it is copied at each step
DAMAGE = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, zstd.ZstdError)


class Inner(Protocol):
    """What the decompressors of zlib, bz2, lzma and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


InnerT = TypeVar("InnerT", bound=Inner)


class Decoder(Generic[InnerT]):
    """One compressed member. `unfold` takes input, and b'' for as long as `holds_more`."""

    def __init__(self, inner: InnerT) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def holds_more(self) -> bool:
        """Whether input that was taken has not been unfolded yet."""
        return False

    def unfold(self, data: bytes) -> tuple[bytes, bytes]:
        """At most about `BLOCK` bytes of output, and the input that is still to be fed."""
        raise NotImplementedError


class GzipDecoder(Decoder[Any]):
    """zlib gives back the input that it has not used."""

    def unfold(self, data: bytes) -> tuple[bytes, bytes]:
        out = self._inner.decompress(data, BLOCK)
        # At the end of a member zlib shows what is left in both places.
        return out, b"" if self.eof else self._inner.unconsumed_tail


class BoundedDecoder(Decoder[bz2.BZ2Decompressor | lzma.LZMADecompressor | zstd.ZstdDecompressor]):
    """bz2, lzma and zstd keep their own input and say whether they need more."""

    @property
    def holds_more(self) -> bool:
        return not self.eof and not self._inner.needs_input

    def unfold(self, data: bytes) -> tuple[bytes, bytes]:
        return self._inner.decompress(data, BLOCK), b""


DECODERS: dict[Format, Callable[[], Decoder[Any]]] = {
    Format.GZIP: lambda: GzipDecoder(zlib.decompressobj(wbits=31)),
    Format.BZIP2: lambda: BoundedDecoder(bz2.BZ2Decompressor()),
    Format.XZ: lambda: BoundedDecoder(lzma.LZMADecompressor()),
    Format.ZSTD: lambda: BoundedDecoder(
        zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW})
    ),
}


class Inflation:
    """Follows one compressed stream, of one member or of several behind one another."""

    def __init__(self, kind: Format, limits: ContentLimits) -> None:
        self._kind = kind
        self._limits = limits
        self._decoder = DECODERS[kind]()
        self._started = False
        self._padding = False
        self.taken = 0
        self.unfolded = 0
        self.head = b""

    def feed(self, data: bytes | memoryview) -> None:
        """Raises FileRefused for damage, for content that is no table, and when it unfolds too far."""
        view = memoryview(data)
        try:
            for start in range(0, len(view), SLICE):
                rest = bytes(view[start : start + SLICE])
                self.taken += len(rest)
                while rest and not self._padding:
                    rest = self._step(rest)
        except DAMAGE as error:
            raise corrupt_file(self._kind.noun, f"it is damaged after {self.unfolded:,} unpacked bytes") from error

    def finish(self) -> bytes:
        """The first unpacked bytes; raises when the stream was cut off or unpacked to nothing."""
        if self._started and not self._decoder.eof and not self._padding:
            raise corrupt_file(self._kind.noun, f"it is cut off after {self.unfolded:,} unpacked bytes")
        if not self.unfolded:
            raise empty_file(f"The {self._kind} file")
        self._judge_head()
        return self.head

    def _step(self, rest: bytes) -> bytes:
        if self._decoder.eof:
            return self._next_member(rest)
        self._started = True
        out, rest = self._decoder.unfold(rest)
        self._count(out)
        while self._decoder.holds_more:
            out, _ = self._decoder.unfold(b"")
            self._count(out)
        if self._decoder.eof:
            return self._decoder.unused_data + rest
        return rest

    def _next_member(self, rest: bytes) -> bytes:
        """Members may follow one another; whatever else follows the last one is padding, as the tools have it."""
        if compression_of(rest[:COMPRESSION_HEAD]) is not self._kind:
            self._padding = True
            return b""
        self._decoder = DECODERS[self._kind]()
        return rest

    def _count(self, out: bytes) -> None:
        before = len(self.head)
        if before < HEAD:
            self.head += out[: HEAD - before]
            if len(self.head) >= HEAD:
                self._judge_head()
        self.unfolded += len(out)
        check_inflation(self._kind, self.taken, self.unfolded, self._limits)

    def _judge_head(self) -> None:
        try:
            format_of(self.head)
        except FileRefused as refused:
            raise refused.inside(f"the {self._kind.noun}") from refused


def check_inflation(kind: Format, packed: int, unfolded: int, limits: ContentLimits) -> None:
    """Absolute limit first; the ratio counts from a size on that could hurt."""
    if unfolded > limits.inflated_bytes:
        raise bomb(f"it unpacks to more than {limits.inflated_bytes:,} bytes")
    if unfolded > limits.small and unfolded > limits.inflation * max(packed, 1):
        raise bomb(
            f"{packed:,} bytes of {kind} unpack to over {unfolded:,}, more than {limits.inflation} times as many"
        )


def bomb(reason: str) -> FileRefused:
    return Refusal.DECOMPRESSION_BOMB.because(reason=reason)
