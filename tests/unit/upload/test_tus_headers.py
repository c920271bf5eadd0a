"""The headers of tus are parsed strictly; what is odd is refused with 400."""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest

from services.upload import tus
from services.upload.errors import BadHeader


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "1e3", "", "99999999999999999999999", "٣", "0x10"])
def test_odd_length_is_refused(value: str) -> None:
    with pytest.raises(BadHeader):
        tus.parse_length(value)


def test_metadata_keeps_keys_without_value_and_any_bytes() -> None:
    assert tus.parse_metadata("filename w6QuY3N2,is_confidential") == {
        "filename": "ä.csv".encode(),
        "is_confidential": b"",
    }


@pytest.mark.parametrize(
    "header", ["filename !!!", "filename YQ==,filename YQ==", "ключ YQ==", "a YQ==,,b YQ==", "x" * 20_000]
)
def test_malformed_metadata_is_refused(header: str) -> None:
    with pytest.raises(BadHeader):
        tus.parse_metadata(header)


@pytest.mark.parametrize(
    ("pairs", "name"), [({"filename": b"a.csv"}, "a.csv"), ({"name": b"b.csv"}, "b.csv"), ({}, "unnamed")]
)
def test_filename_is_found_under_the_names_clients_use(pairs: dict[str, bytes], name: str) -> None:
    assert tus.filename_of(pairs) == name


@pytest.mark.parametrize("algorithm", tus.ALGORITHMS)
def test_every_advertised_checksum_matches_its_content_and_no_other(algorithm: str) -> None:
    digest = zlib.crc32(b"abc").to_bytes(4, "big") if algorithm == "crc32" else hashlib.new(algorithm, b"abc").digest()
    for content, matches in ((b"abc", True), (b"abd", False)):
        checksum = tus.parse_checksum(f"{algorithm} {base64.b64encode(digest).decode()}")
        assert checksum is not None
        checksum.update(content)
        assert checksum.matches() is matches


@pytest.mark.parametrize("header", ["crc0 YQ==", "sha1", "sha1 !!", "", "SHA1 YQ=="])
def test_unknown_or_malformed_checksum_is_refused(header: str) -> None:
    if header == "sha1":
        checksum = tus.parse_checksum(header)
        assert checksum is not None
        assert not checksum.matches()
        return
    with pytest.raises(BadHeader):
        tus.parse_checksum(header)


def test_concatenation_takes_absolute_urls_and_paths() -> None:
    header = "final;https://example.org/v1/uploads/a /v1/uploads/b"
    assert tus.parse_concat(header, tus.ROOT) == ("final", ("a", "b"))
    assert tus.parse_concat("partial", tus.ROOT) == ("partial", ())


@pytest.mark.parametrize(
    "header", ["final", "final;", "whole", "final;/v1/files/a", "final;" + "/v1/uploads/a " * 2000]
)
def test_malformed_concatenation_is_refused(header: str) -> None:
    with pytest.raises(BadHeader):
        tus.parse_concat(header, tus.ROOT)
