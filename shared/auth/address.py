"""The address that a request comes from, for rate limits."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

IPV6_SITE = 64  # bits: one household or machine usually has all addresses below such a prefix


def address_of(request: Request, trusted_proxies: int) -> str:
    """The client's address as the outermost trusted proxy saw it; what clients themselves put in the header is not read."""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return network_of(hops[-trusted_proxies])
    return network_of(request.client.host if request.client else "")


def network_of(address: str) -> str:
    """An IPv4 address itself, an IPv6 address's site; anything else counts as one address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, IPV6_SITE), strict=False))
    return str(parsed)
