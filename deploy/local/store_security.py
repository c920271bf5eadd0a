"""What keeps strangers out of the parts of the object store: SeaweedFS' servers trust whoever reaches their ports unless told otherwise.

Its gRPC ports and its master take only who holds the key of one certificate (mutual TLS); its filer and its volume server only
requests that carry a token signed with one of four keys. All are made anew at each start and known to nobody but the store.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.credentials import write_private
from deploy.local.free_ports import LOOPBACK

# The parts that speak gRPC with one another, and the store's own calls between them.
GRPC_PARTS = ("volume", "master", "filer", "s3", "admin", "worker", "client")
TOKENS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
VALID_FOR = timedelta(days=3650)  # longer than any stack runs


def write_security(folder: Path) -> None:
    """Write `security.toml`, where SeaweedFS looks for it when it is started in this folder, and the certificate beside it."""
    certificate, key = _certificate()
    write_private(folder / "parts.crt", certificate)
    write_private(folder / "parts.key", key)
    pair = {"cert": str(folder / "parts.crt"), "key": str(folder / "parts.key")}
    sections: dict[str, dict[str, str]] = {
        "cors.allowed_origins": {"values": ""},
        **{name: {"key": secrets.token_urlsafe(32)} for name in TOKENS},
        "grpc": {"ca": pair["cert"]},
        **{f"grpc.{part}": pair for part in GRPC_PARTS},
        **{f"https.{part}": {**pair, "ca": pair["cert"]} for part in ("master", "admin")},
    }
    write_private(folder / "security.toml", "".join(_section(name, values) for name, values in sections.items()))


def _section(name: str, values: dict[str, str]) -> str:
    return f"[{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in values.items())


def _certificate() -> tuple[str, str]:
    """A self-signed certificate, which is its own authority, and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "askframe-local-store")])
    now = datetime.now(UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()
