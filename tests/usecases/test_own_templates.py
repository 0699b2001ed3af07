"""Result templates of a deployment's own, by folder: a document's, else its body's, else the house's."""

import io
from datetime import date
from pathlib import Path

import pypdf
from pytest_django import Settings

from bancheng.connect.documents import ResultPaper, render_result
from bancheng.usecases.sealing import template_of

OWN = "#let data = json(bytes(sys.inputs.data))\n= OWN {0}\n#data.title #data.number #data.code\n"


def printed(document: str, body: str) -> str:
    paper = ResultPaper(
        title="庙会批准书",
        number="YX-1",
        body="云溪文旅",
        lines=(),
        issued_on=date(2026, 11, 23),
        code="ABCD2345EFGH6789",
        verify_url="http://localhost/verify/ABCD2345EFGH6789",
        sample=True,
        template=template_of(document, body),
    )
    return pypdf.PdfReader(io.BytesIO(render_result(paper))).pages[0].extract_text()


def test_a_document_has_its_own_sheet_a_body_one_for_the_rest_and_others_the_houses(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "fair_permit.typ").write_text(OWN.format("PERMIT"), "utf-8")
    (tmp_path / "yunxi_culture.typ").write_text(OWN.format("CULTURE"), "utf-8")
    settings.BANCHENG_PAPERS = str(tmp_path)
    assert "OWN PERMIT" in printed("fair_permit", "yunxi_culture")
    assert "OWN CULTURE" in printed("another", "yunxi_culture")
    assert "OWN" not in printed("another", "yunxi_fire")
    settings.BANCHENG_PAPERS = ""
    assert "OWN" not in printed("fair_permit", "yunxi_culture")
    assert "庙会批准书" in printed("fair_permit", "yunxi_culture")
