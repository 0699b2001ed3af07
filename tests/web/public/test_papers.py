"""Materials: what is asked and what is not, files in, files refused, files gone."""

import io

import pytest
from django.test import Client
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, picture, words
from tests.web.public.test_preparing import walk

from bancheng.store.models import Draft, Upload


@pytest.fixture
def address(zhang: Client) -> str:
    """Where the materials of Zhang's draft are."""
    walk(zhang)
    return f"/apply/{Draft.objects.get().pk}/materials/"


def test_every_material_says_what_becomes_of_it(zhang: Client, address: str) -> None:
    said = words(zhang.get(address))
    assert "经营场所平面布局图 还没传 上传电子文件" in said
    assert "主要设备设施清单 可以后补" in said
    assert "受理后 3 个工作日内补" in said
    assert "营业执照 免提交 由企业电子证照库（示范）提供" in said
    assert "食品经营许可申请书 表单生成" in said


def test_a_photo_is_taken_in_shown_and_deleted(zhang: Client, address: str) -> None:
    place = f"{address}lease_contract/"
    page = zhang.post(place, {"file": picture("租赁合同.png")}, follow=True)
    assert "收到了：租赁合同.png" in words(page)
    upload = Upload.objects.get()
    shown = zhang.get(f"/files/{upload.pk}")
    assert shown["Content-Type"] == "image/png"
    assert "租赁合同 1 个文件" in words(zhang.get(address))
    zhang.post(f"/apply/{Draft.objects.get().pk}/files/{upload.pk}/delete")
    assert not Upload.objects.exists()


def test_a_file_of_another_kind_is_refused_with_what_to_do(zhang: Client, address: str) -> None:
    sham = io.BytesIO(b"MZ this is a program")
    sham.name = "照片.png"
    page = zhang.post(f"{address}lease_contract/", {"file": sham})
    assert page.status_code == 422
    assert "请上传 PDF、JPG、PNG 格式的文件" in words(page)
    assert links(page, "#f-file")


def test_sending_nothing_is_told(zhang: Client, address: str) -> None:
    page = zhang.post(f"{address}lease_contract/", {})
    assert page.status_code == 422
    assert "请先选择一个文件" in words(page)


def test_a_material_that_is_not_asked_has_no_page(zhang: Client, address: str) -> None:
    assert zhang.get(f"{address}business_licence/").status_code == 404
    assert zhang.get(f"{address}no_such_paper/").status_code == 404


def test_files_are_only_their_owners(zhang: Client, address: str, sign_in: SignIn) -> None:
    zhang.post(f"{address}lease_contract/", {"file": picture()})
    upload = Upload.objects.get()
    other = sign_in("wei")
    assert other.get(f"/files/{upload.pk}").status_code == 404
    assert other.post(f"/apply/{Draft.objects.get().pk}/files/{upload.pk}/delete").status_code == 404
    assert Client().get(f"/files/{upload.pk}").status_code == 302
    assert Upload.objects.exists()
