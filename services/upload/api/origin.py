"""The address under which a client reached this service, for URLs that it is to use next."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request


def origin_of(request: Request) -> str:
    """Scheme and host as the client sees them. Some tus clients (aiotus) do not take a path alone as an upload's URL.

    Behind a gateway the host is what it was asked for; where that is the public one, so is the scheme, which a TLS proxy in
    front of the gateway may have hidden.
    """
    sent = request.headers
    host = sent.get("x-forwarded-host") or sent.get("host", "")
    public = urlsplit(request.app.state.public_url)
    scheme = public.scheme if public.netloc == host else sent.get("x-forwarded-proto") or request.url.scheme
    return f"{scheme}://{host}"
