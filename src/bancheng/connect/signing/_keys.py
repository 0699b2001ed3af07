"""Keys and certificates: those of the authority from files, or of a demo authority made once in the home folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bancheng.core.kernel import Fault, Record

_YEARS = timedelta(days=3650)
_AUTHORITY = "示例证书机构（虚构，不具法律效力）"
_SEAL = "示例电子签章（虚构，不具法律效力）"


class Keys(Record):
    """Where a signer's key lies, as PEM files. `trust` are the roots that a check accepts; `chain` goes into papers."""

    key: Path
    certificate: Path
    chain: tuple[Path, ...] = ()
    trust: tuple[Path, ...] = ()
    password: str = ""


def file_keys(key: str, certificate: str, trust: str = "", password: str = "") -> Keys:
    """The authority's own keys.

    Raises:
        Fault: a file is not there.
    """
    made = Keys(
        key=Path(key),
        certificate=Path(certificate),
        chain=(Path(trust),) if trust else (),
        trust=(Path(trust or certificate),),
        password=password,
    )
    for path in (made.key, made.certificate, *made.trust):
        if not path.is_file():
            raise Fault(f"signing: no file {path}")
    return made


def demo_keys(folder: Path) -> Keys:
    """A demo authority and its seal, made the first time. Two processes that make it at once agree on one."""
    keys = Keys(
        key=folder / "seal.key.pem",
        certificate=folder / "seal.pem",
        chain=(folder / "authority.pem",),
        trust=(folder / "authority.pem",),
    )
    if not keys.certificate.is_file():
        _make(folder)
    return keys


def _make(folder: Path) -> None:
    scratch = folder.with_name(f"{folder.name}.{os.getpid()}")
    scratch.mkdir(parents=True, mode=0o700)
    now = datetime.now(UTC)
    root_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(_AUTHORITY, _AUTHORITY, root_key, root_key, now, authority=True)
    seal = _certificate(_SEAL, _AUTHORITY, seal_key, root_key, now, authority=False)
    # The authority's key is thrown away: nothing but this one seal can be made with it.
    for name, data in (
        ("authority.pem", root.public_bytes(serialization.Encoding.PEM)),
        ("seal.pem", seal.public_bytes(serialization.Encoding.PEM)),
        (
            "seal.key.pem",
            seal_key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        ),
    ):
        with open(scratch / name, "wb", opener=_private) as out:
            out.write(data)
    try:
        # A folder is renamed as a whole, so nobody reads half of it.
        scratch.rename(folder)
    except OSError:
        for one in scratch.iterdir():
            one.unlink()
        scratch.rmdir()
        if not (folder / "seal.pem").is_file():
            raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _certificate(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, hashes.SHA256())
    )


def _name(words: str) -> x509.Name:
    return x509.Name(
        (
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, words),
        )
    )
