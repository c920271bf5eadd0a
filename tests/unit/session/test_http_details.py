"""Addresses, cookies, archive names, pages as they are written, and the requests of other services."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from services.session import rpc
from services.session.cookies import clear_cookie, set_cookie
from services.session.entries import Entry, Part
from services.session.facts import answer_details
from services.session.schemas import HistoryPage, rendered
from services.session.service import Page, Quotas, Registry
from services.session.service.archive import safe_name
from services.session.settings import Settings
from shared.auth.address import address_of
from shared.objects import MemoryObjectStore
from shared.rpc import RELEASE, RESERVE
from shared.rpc.procedure import answer_to
from tests.fakes.session import Clock, MemoryRegistryStore, MemoryReservations


def request(**headers: str) -> Request:
    raw = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "example.org", **headers}.items()
    ]
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": "/",
            "headers": raw,
            "client": ("203.0.113.9", 1),
            "query_string": b"",
        }
    )


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        ("198.51.100.7", 1, "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7", 1, "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7, 10.0.0.1", 2, "198.51.100.7"),
        ("198.51.100.7", 0, "203.0.113.9"),
        ("", 1, "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", 1, "198.51.100.7"),
        ("not an address", 1, "unknown"),
    ],
)
def test_the_address_is_what_the_trusted_proxy_saw(header: str, proxies: int, address: str) -> None:
    assert address_of(request(x_forwarded_for=header), proxies) == address


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host() -> None:
    response = Response()
    set_cookie(request(), response, "t", Settings(public_url="https://ask.example.org"))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-askframe_session=t;")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/")) and "Domain" not in cookie


def test_a_page_of_another_site_cannot_replace_the_cookie() -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}):
        response = Response()
        set_cookie(request(**headers), response, "t", Settings())
        assert "set-cookie" not in response.headers and response.headers["cache-control"] == "no-store"


def test_only_a_browser_that_holds_the_cookie_is_told_to_drop_it() -> None:
    without, with_cookie = Response(), Response()
    clear_cookie(request(), without, Settings())
    clear_cookie(request(cookie="askframe_session=t"), with_cookie, Settings())
    assert "set-cookie" not in without.headers and "Max-Age=0" in with_cookie.headers["set-cookie"]


@given(st.text(max_size=300))
def test_a_name_in_an_archive_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe) <= 120 and safe == safe.strip(" .") and not re.search(r"[/\\\x00-\x1f:]", safe)


async def test_reservations_are_answered_even_when_they_make_no_sense() -> None:
    quotas = Quotas(
        MemoryReservations(), {"bytes": 10, "tables": 1, "questions_per_minute": 1, "concurrent_questions": 1}, Clock()
    )
    registry = Registry(MemoryRegistryStore(), MemoryObjectStore())
    for payload in (
        b"",
        b"{}",
        b'{"session_id": "s", "kind": "money", "ids": ["x"]}',
        b'{"session_id": "s", "kind": "bytes", "amount": -1, "ids": ["x"]}',
        b'{"session_id": "s", "kind": "tables", "ids": []}',
        b'{"session_id": "s", "kind": "tables", "ids": ["x", "x"]}',
        b'{"session_id": "s", "kind": "bytes", "ids": ["x", "y"]}',
    ):
        answer = json.loads(await answer_to(RESERVE, partial(rpc.reserve, quotas, registry), payload))
        assert answer["error"]["code"] == "invalid_request"
    good = b'{"session_id": "s", "kind": "bytes", "amount": 7, "ids": ["x"]}'
    for _ in range(2):
        assert json.loads(await answer_to(RESERVE, partial(rpc.reserve, quotas, registry), good))["result"] == {
            "granted": True,
            "used": 7,
            "limit": 10,
            "retry_after": 0.0,
            "ended": False,
        }
    released = await answer_to(
        RELEASE, partial(rpc.release, quotas), b'{"session_id": "s", "kind": "bytes", "ids": ["x"]}'
    )
    assert json.loads(released)["result"] == {"released": True}


@given(
    st.dictionaries(
        st.sampled_from(["asked", "answered", "failed"]),
        st.builds(
            Part,
            at=st.floats(0, 4e9),
            data=st.dictionaries(
                st.sampled_from(["question", "answer", "code", "value", "answer_key"]), st.text() | st.none()
            ),
        ),
        min_size=1,
    )
)
def test_a_page_is_written_as_it_is_documented(parts: dict[str, Part]) -> None:
    entry = Entry("question", "q_1", parts)
    page = HistoryPage.model_validate_json(rendered(Page((Entry.from_json(entry.to_json()),), "7 question:q_1")))
    [shown] = page.entries
    assert (shown.kind, shown.id, shown.state, shown.title) == (
        "question",
        "q_1",
        entry.state,
        entry.title,
    ) and page.next_cursor == "7 question:q_1"
    assert abs(shown.at.timestamp() - entry.at) < 0.001
    assert shown.details == {name: value for name, value in entry.details.items() if name != "answer_key"}


@pytest.mark.parametrize(("value", "kept"), [(2**63 - 1, 2**63 - 1), (2**64, str(2**64)), (0.5, 0.5), (True, True)])
def test_a_number_too_wide_for_json_is_kept_as_text(value: object, kept: object) -> None:
    assert answer_details({"answer": {"kind": "scalar", "value": value}})["value"] == kept
