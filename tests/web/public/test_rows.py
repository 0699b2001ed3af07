"""Lists of records on the public pages: add another, change, take out, check, submit; and a choice of papers."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import words

from bancheng.store.models import CaseForm, Draft, User
from bancheng.usecases import apply, mycases, play

FAIR = "specimen_festival"
LIST = "festival_stallholders"


@pytest.fixture
def fair(town: None) -> Draft:
    """A fair with stalls, nobody named in it yet, everything else filled in."""
    actor, preparation = play.begin(play.example_of(FAIR))
    preparation, _ = play.fill(actor, preparation)
    preparation = play.give_papers(actor, preparation)
    draft = preparation.draft
    draft.answers = {key: value for key, value in draft.answers.items() if key != LIST}
    draft.save()
    return draft


@pytest.fixture
def host(fair: Draft, sign_in: SignIn) -> Client:
    """The one who holds it."""
    assert fair.user_id is not None
    return sign_in(User.objects.get(pk=fair.user_id).username)


def rows_of(draft: Draft) -> list[dict[str, str]]:
    """What is stored."""
    found = Draft.objects.get(pk=draft.pk).answers.get(LIST)
    return found if isinstance(found, list) else []


def put(host: Client, draft: Draft, number: int, **cells: str) -> str:
    """Fill in one row; the address it leads to, empty when something was wrong."""
    data = {f"{LIST}.{number - 1}.festival_holder{key}": value for key, value in cells.items()}
    answer = host.post(f"/apply/{draft.pk}/rows/{LIST}/{number}/", data)
    return answer.headers.get("Location", "")


def test_the_form_says_what_is_in_the_list_and_leads_there(host: Client, fair: Draft) -> None:
    page = host.get(f"/apply/{fair.pk}/form/stalls/")
    assert "摊主 去填写" in words(page)
    assert "还没有添加摊主" in words(host.get(f"/apply/{fair.pk}/rows/{LIST}/"))


def test_rows_are_added_changed_and_taken_out_without_script(host: Client, fair: Draft) -> None:
    there = put(
        host, fair, 1, **{"": "孙示范", "_id": "999999197203161016", "_goods": "crafts", "_power": "200"}
    )
    assert there == f"/apply/{fair.pk}/rows/{LIST}/"
    put(host, fair, 2, **{"": "吴示范", "_id": "99999919750228119X", "_goods": "toys"})
    page = words(host.get(there))
    assert "孙示范" in page
    assert "吴示范" in page
    assert "手工艺品" in page
    put(host, fair, 2, **{"": "吴示例", "_id": "99999919750228119X", "_goods": "toys"})
    host.post(there, {"drop": "1"})
    assert [row["festival_holder"] for row in rows_of(fair)] == ["吴示例"]


def test_all_that_is_wrong_with_a_row_is_told_at_once_and_what_is_sound_is_kept(
    host: Client, fair: Draft
) -> None:
    address = f"/apply/{fair.pk}/rows/{LIST}/1/"
    data = {
        f"{LIST}.0.festival_holder": "孙示范",
        f"{LIST}.0.festival_holder_id": "123",
        f"{LIST}.0.festival_holder_power": "很多",
    }
    page = host.post(address, data)
    assert page.status_code == 422
    said = words(page)
    assert "第 1 行" in said
    assert "请填写数字" in said
    assert "请填写“卖什么”" in said
    assert 'value="123"' in page.content.decode()
    assert rows_of(fair) == [{"festival_holder": "孙示范"}]


def test_a_list_that_must_not_be_empty_is_not_passed_over(host: Client, fair: Draft) -> None:
    page = host.post(f"/apply/{fair.pk}/rows/{LIST}/", {})
    assert page.status_code == 422
    assert "至少填 1 行" in words(page)
    assert "没有摊主" not in words(page)
    checked = host.get(f"/apply/{fair.pk}/check/")
    assert "请填写“摊主”" in words(checked)


def test_an_incomplete_row_is_named_before_submitting(host: Client, fair: Draft) -> None:
    put(host, fair, 1, **{"": "孙示范"})
    page = host.get(f"/apply/{fair.pk}/check/")
    assert "摊主第 1 行：请填写“摊主证件号码”" in words(page)
    todo = words(host.get(f"/apply/{fair.pk}/"))
    assert "还差 1 项" in todo
    assert f"/apply/{fair.pk}/rows/{LIST}/1/" in page.content.decode()


def test_each_row_stands_on_a_line_of_its_own_and_every_cell_says_what_it_is(
    host: Client, fair: Draft
) -> None:
    put(host, fair, 1, **{"": "孙示范", "_id": "999999197203161016", "_goods": "crafts", "_power": "200"})
    put(host, fair, 2, **{"": "吴示范", "_id": "99999919750228119X", "_goods": "toys"})
    page = words(host.get(f"/apply/{fair.pk}/check/"))
    assert "1. 孙示范；摊主证件号码：999999197203161016" in page
    assert "2. 吴示范；摊主证件号码：99999919750228119X" in page


def test_a_row_beyond_the_next_is_nowhere(host: Client, fair: Draft) -> None:
    assert host.get(f"/apply/{fair.pk}/rows/{LIST}/3/").status_code == 404
    assert host.get(f"/apply/{fair.pk}/rows/company_name/").status_code == 404


def test_the_rows_are_submitted_and_masked_where_sensitive(host: Client, fair: Draft) -> None:
    put(host, fair, 1, **{"": "孙示范", "_id": "999999197203161016", "_goods": "crafts", "_power": "200"})
    file = play.hand_in(*_prepared(fair))
    form = CaseForm.objects.get(case=file.case)
    assert form.values is not None
    assert form.values[LIST][0]["festival_holder_id"] == "999999197203161016"
    case = mycases.my_case(_prepared_actor(file.case.applicant_id), file.case.number)
    shown = {field.element: value for field, value in case.values()}
    assert isinstance(shown[LIST], tuple)


def _prepared(draft: Draft) -> tuple[object, apply.Preparation]:
    assert draft.user_id is not None
    actor = _prepared_actor(draft.user_id)
    return actor, apply.prepare(actor, Draft.objects.get(pk=draft.pk))


def _prepared_actor(user: int | None) -> object:
    return specimen.access.actor_for(User.objects.get(pk=user))


def test_one_of_several_papers_is_chosen_and_uploaded(host: Client, fair: Draft) -> None:
    fair.uploads.filter(document="festival_place_consent").delete()
    address = f"/apply/{fair.pk}/materials/festival_place_consent/"
    assert "场地使用同意书（原件）或场地租赁合同（任选一种）" in words(host.get(address))
    assert host.post(address, {"file": picture()}).status_code == 422
    host.post(address, {"which": "festival_lease", "file": picture()})
    assert [one.document for one in fair.uploads.filter(document__startswith="festival_lease")] == [
        "festival_lease"
    ]
    assert "已经传了 1 个" in words(host.get(address))
    assert host.post(address, {"which": "festival_poster", "file": picture()}).status_code == 422


def picture() -> BytesIO:
    """A small photograph."""
    data = BytesIO()
    Image.new("RGB", (40, 40), "white").save(data, "JPEG")
    data.seek(0)
    data.name = "photo.jpg"
    return data
