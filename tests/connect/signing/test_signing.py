"""Papers are signed by a city's key or a demo authority; every later change shows, and another's key is no seal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bancheng.connect.documents import Letter, render_letter
from bancheng.connect.signing import Signer, check_bytes, check_pdf, demo_keys, signer_of
from bancheng.core.kernel import Fault

WHOLE = render_letter(
    Letter(
        title="回执", number="1", to="张三", paragraphs=("收到。",), body="大厅", issued_on=date(2026, 1, 5)
    )
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def signer(home: Path) -> Signer:
    found = signer_of("demo", demo=True, home=home)
    assert found is not None
    return found


def test_a_signed_paper_is_intact_and_trusted(signer: Signer) -> None:
    found = check_pdf(signer.sign_pdf(WHOLE, reason="收件回执"), signer.trust)
    assert (found.signed, found.intact, found.trusted) == (True, True, True)
    assert "虚构" in found.signer


def test_every_change_after_signing_shows(signer: Signer) -> None:
    signed = signer.sign_pdf(WHOLE, reason="收件回执")
    changed = bytearray(signed)
    changed[len(WHOLE) // 2] ^= 1
    assert not check_pdf(bytes(changed), signer.trust).intact
    assert not check_pdf(signed + b"\n%more\n", signer.trust).intact


def test_a_seal_of_another_authority_is_not_ours(signer: Signer, tmp_path: Path) -> None:
    other = signer_of("demo", demo=True, home=tmp_path)
    assert other is not None
    found = check_pdf(other.sign_pdf(WHOLE, reason="收件回执"), signer.trust)
    assert (found.intact, found.trusted) == (True, False)


@pytest.mark.parametrize("file", [b"", b"hello", b"%PDF-1.7\nbroken", WHOLE[:-200]])
def test_what_is_no_pdf_is_said_to_be_unreadable_and_breaks_nothing(file: bytes, signer: Signer) -> None:
    found = check_pdf(file, signer.trust)
    assert (found.signed, found.readable) == (False, False)


def test_a_paper_without_signature_says_so(signer: Signer) -> None:
    found = check_pdf(WHOLE, signer.trust)
    assert (found.readable, found.signed) == (True, False)


def test_bytes_are_sealed_too(signer: Signer) -> None:
    seal = signer.sign_bytes(b"index")
    assert check_bytes(b"index", seal)
    assert not check_bytes(b"Index", seal)


def test_the_demo_authority_serves_in_demo_mode_only_and_is_made_once(home: Path) -> None:
    with pytest.raises(Fault):
        signer_of("demo", demo=False, home=home)
    with pytest.raises(Fault):
        signer_of("nobody", demo=True, home=home)
    assert signer_of("", demo=False, home=home) is None
    keys = demo_keys(home / "signing")
    before = keys.certificate.read_bytes()
    assert demo_keys(home / "signing").certificate.read_bytes() == before
    assert keys.key.stat().st_mode & 0o077 == 0


def test_keys_of_the_city_come_from_files(home: Path) -> None:
    keys = demo_keys(home / "signing")
    signer = signer_of(
        "files",
        demo=False,
        home=home,
        key=str(keys.key),
        certificate=str(keys.certificate),
        trust=str(keys.trust[0]),
    )
    assert signer is not None
    assert check_pdf(signer.sign_pdf(WHOLE, reason="决定"), signer.trust).trusted
    with pytest.raises(Fault):
        signer_of("files", demo=False, home=home, key="/no/such", certificate="/no/such")
