"""The port: who can sign a PDF or a run of bytes, and how one is chosen."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from bancheng.connect.signing._keys import Keys, demo_keys, file_keys
from bancheng.core.kernel import Fault, Record

FIELD = "BanchengSeal"
"""The name of the signature field in every paper."""


class BytesSeal(Record):
    """A detached signature over bytes: hexadecimal, with the certificate (PEM) it is checked by."""

    signature: str
    certificate: str
    algorithm: str


class Signer(Protocol):
    """Seals papers. `trust` are the roots by which what it sealed is checked."""

    trust: tuple[Path, ...]

    def sign_pdf(self, pdf: bytes, *, reason: str, place: str = "") -> bytes:
        """The same paper with a signature over all of it.

        Raises:
            Fault: it could not be signed.
        """

    def sign_bytes(self, data: bytes) -> BytesSeal:
        """A detached signature."""


class PdfSigner:
    """Signs with a key in a file, by pyHanko (PAdES)."""

    def __init__(self, keys: Keys) -> None:
        self.trust = keys.trust
        self._keys = keys

    def sign_pdf(self, pdf: bytes, *, reason: str, place: str = "") -> bytes:
        """As the port says."""
        # Heavy: read when the first paper is signed.
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  # reason: see above
        from pyhanko.sign import signers  # noqa: PLC0415  # reason: see above
        from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415  # reason: see above

        meta = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=reason,
            location=place or None,
            subfilter=SigSeedSubFilter.PADES,
        )
        out = io.BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=self._signer, output=out)
        return out.getvalue()

    def sign_bytes(self, data: bytes) -> BytesSeal:
        """As the port says."""
        key = serialization.load_pem_private_key(
            self._keys.key.read_bytes(), self._keys.password.encode() or None
        )
        if isinstance(key, ec.EllipticCurvePrivateKey):
            made, how = key.sign(data, ec.ECDSA(hashes.SHA256())), "ecdsa-sha256"
        elif isinstance(key, rsa.RSAPrivateKey):
            made, how = key.sign(data, padding.PKCS1v15(), hashes.SHA256()), "rsa-sha256"
        else:
            raise Fault("signing: neither an RSA key nor one of an elliptic curve")
        return BytesSeal(
            signature=made.hex(), certificate=self._keys.certificate.read_text("ascii"), algorithm=how
        )

    # Any: pyHanko is loaded only when needed, and its class is not named here for that.
    @property
    def _signer(self) -> Any:
        return _loaded(self._keys)


@cache
def _loaded(keys: Keys) -> Any:
    from pyhanko.sign import signers  # noqa: PLC0415  # reason: see above

    # pyHanko names no types here.
    made = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]  # reason: it names no types
        str(keys.key),
        str(keys.certificate),
        ca_chain_files=tuple(str(one) for one in keys.chain),
        key_passphrase=keys.password.encode() or None,
    )
    if made is None:
        raise Fault("signing: key or certificate cannot be read")
    return made


def signer_of(
    name: str,
    *,
    demo: bool,
    home: Path,
    key: str = "",
    certificate: str = "",
    trust: str = "",
    password: str = "",
) -> Signer | None:
    """The signer of that name; None for "": papers then carry a seal and a code, and no signature.

    Raises:
        Fault: no such signer, the demo authority outside demo mode, or files that are not there.
    """
    if not name:
        return None
    if name == "files":
        return PdfSigner(file_keys(key, certificate, trust, password))
    if name == "demo" and demo:
        return PdfSigner(demo_keys(home / "signing"))
    raise Fault(f"signing: there is no signer {name!r}, or it serves in demo mode only")
