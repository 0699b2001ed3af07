"""Is a PDF signed, unchanged since, and by whom? For anyone who holds one; nothing is fetched from outside."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from bancheng.connect.signing._port import BytesSeal
from bancheng.core.kernel import Record


class PdfCheck(Record):
    """What the signature of a PDF says. `intact`: nothing was changed or added since; `trusted`: by a root of ours."""

    signed: bool = False
    intact: bool = False
    trusted: bool = False
    signer: str = ""
    at: datetime | None = None
    readable: bool = True


def check_pdf(pdf: bytes, trust: Iterable[Path] = ()) -> PdfCheck:
    """Check the last signature. A file that is no PDF, or broken, is `readable` False; that is no fault of ours."""
    # Heavy: read when the first paper is checked.
    from pyhanko.keys import load_cert_from_pemder  # noqa: PLC0415  # reason: see above
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415  # reason: see above
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  # reason: see above
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415  # reason: see above
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415  # reason: see above
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415  # reason: see above

    roots = [
        load_cert_from_pemder(str(one))  # type: ignore[no-untyped-call]  # reason: pyHanko names no types
        for one in trust
    ]
    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
        if not signatures:
            return PdfCheck()
        status = validate_pdf_signature(
            signatures[-1], ValidationContext(trust_roots=roots, allow_fetching=False)
        )
        subject = status.signing_cert.subject.native if status.signing_cert else {}
    except (PdfError, SignatureValidationError, ValueError, KeyError, IndexError, TypeError, OSError):
        # Whatever somebody uploads: a parser may fail over it in any of these ways.
        return PdfCheck(readable=False)
    # Something added after the signature is a change, even where viewers pass over it.
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
    return PdfCheck(
        signed=True,
        intact=bool(status.intact and status.valid and whole),
        trusted=bool(status.trusted),
        signer=str(subject.get("common_name", "")),
        at=status.signer_reported_dt,
    )


def check_bytes(data: bytes, seal: BytesSeal) -> bool:
    """Was exactly this signed by the key of the certificate in the seal?"""
    key = x509.load_pem_x509_certificate(seal.certificate.encode()).public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(bytes.fromhex(seal.signature), data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(bytes.fromhex(seal.signature), data, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
