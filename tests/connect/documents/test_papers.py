"""Papers are real PDF files whose words can be read back."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pypdf

from bancheng.connect.documents import Letter, ResultPaper, render_letter, render_result


def words(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_a_result_carries_names_as_people_have_them_and_its_code() -> None:
    paper = ResultPaper(
        title="食品经营许可证",
        number="YX-2026-0001",
        body="云溪县示范市场监督管理局",
        lines=(("经营者", "云溪县老张面馆"), ("负责人", "阿依古丽·买买提"), ("英文名", "MARIA GARCIA LOPEZ")),
        issued_on=date(2026, 11, 22),
        code="ABCD2345EFGH6789",
        verify_url="http://localhost/verify/ABCD2345EFGH6789",
        sample=True,
    )
    text = words(render_result(paper)).replace("\n", "")
    for expected in (
        "食品经营许可证",
        "阿依古丽·买买提",
        "MARIA GARCIA LOPEZ",
        "ABCD-2345-EFGH-6789",
        "示例",
    ):
        assert expected in text


def test_a_rare_character_is_drawn_with_a_glyph_of_its_own() -> None:
    def glyphs(name: str) -> bytes:
        letter = Letter(
            title="回执",
            number="1",
            to=name,
            paragraphs=(),
            body="示范局",
            issued_on=date(2026, 1, 5),
            sample=True,
        )
        return render_letter(letter)

    reader = pypdf.PdfReader(io.BytesIO(glyphs("𬱖")))
    assert "𬱖" in "".join(page.extract_text() for page in reader.pages)


def test_the_same_paper_is_the_same_file() -> None:
    letter = Letter(
        title="受理通知书",
        number="2026-1",
        to="张老三",
        paragraphs=("您的申请已受理。",),
        body="示范局",
        issued_on=date(2026, 1, 5),
        head=("事项", "期限"),
        rows=(("食品经营许可", "5个工作日"),),
    )
    assert render_letter(letter) == render_letter(letter)


def test_many_papers_are_made_at_once() -> None:
    def one(number: int) -> bytes:
        return render_letter(
            Letter(
                title="回执",
                number=str(number),
                to="张老三",
                paragraphs=(),
                body="示范局",
                issued_on=date(2026, 1, 5),
            )
        )

    with ThreadPoolExecutor(4) as pool:
        papers = list(pool.map(one, range(8)))
    assert papers == [one(number) for number in range(8)]
