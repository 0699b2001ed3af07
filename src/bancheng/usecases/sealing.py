"""How papers are numbered, sealed and signed: the rules of the house, and what a deployment sets."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from bancheng.connect.documents import seal_picture
from bancheng.connect.signing import PdfCheck, Signer, check_pdf, signer_of
from bancheng.core.catalogue import Body
from bancheng.core.kernel import Confidence
from bancheng.usecases.town import body

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Characters of verification codes: none that are mistaken for one another when read aloud or typed."""
CODE_LENGTH = 16


def new_code() -> str:
    """A verification code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def digest_of(data: bytes) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def signer() -> Signer | None:
    """Who signs papers here; None where nobody is named.

    Raises:
        Fault: a wrong name, or keys that are not there.
    """
    return _signer(
        settings.BANCHENG_SIGNING,
        settings.BANCHENG_DEMO,
        Path(settings.BANCHENG_HOME),
        settings.BANCHENG_SIGNING_KEY,
        settings.BANCHENG_SIGNING_CERTIFICATE,
        settings.BANCHENG_SIGNING_TRUST,
        settings.BANCHENG_SIGNING_PASSWORD,
    )


@cache
def _signer(name: str, demo: bool, home: Path, *files: str) -> Signer | None:
    key, certificate, trust, password = files
    return signer_of(
        name, demo=demo, home=home, key=key, certificate=certificate, trust=trust, password=password
    )


def signed(pdf: bytes, title: str) -> bytes:
    """The paper with the signature of the house, or as it is where none is set up.

    Raises:
        Fault: the signer fails.
    """
    by = signer()
    return by.sign_pdf(pdf, reason=title) if by is not None else pdf


def checked(pdf: bytes) -> PdfCheck:
    """What the signature of a file says."""
    by = signer()
    return check_pdf(pdf, by.trust if by is not None else ())


def is_sample(of: Body) -> bool:
    """Whether anything about a paper of this body is made up: then it says so across the page."""
    made_up = of.provenance is not None and of.provenance.confidence is Confidence.FICTITIOUS
    return settings.BANCHENG_DEMO or made_up


def seal_of(key: str) -> str:
    """The picture of a body's seal as SVG, "" for none."""
    of = body(key)
    folder = Path(settings.BANCHENG_SEALS) if settings.BANCHENG_SEALS else None
    return seal_picture(key, of.name, folder, sample=is_sample(of))


def template_of(document: str, body_key: str) -> Path | None:
    """A deployment's own template for a result document, or for everything a body issues; None: the house's."""
    if not settings.BANCHENG_PAPERS:
        return None
    folder = Path(settings.BANCHENG_PAPERS)
    named = (folder / f"{name}.typ" for name in (document, body_key))
    return next((one for one in named if one.is_file()), None)


def number_of(body_key: str, word: str, year: int, serial: int) -> str:
    """The number of a slip by the rule of the deployment."""
    of = body(body_key)
    return str(settings.BANCHENG_SLIP_NUMBERS).format(
        body=of.short or of.name, kind=word, year=year, serial=serial
    )
