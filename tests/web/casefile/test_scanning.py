"""A code photographed into a field: the credit code of an e-licence, without script."""

import io
from datetime import date

import pytest
import segno
from django.test import Client
from PIL import Image
from tests.usecases import town as specimen
from tests.web.public.conftest import own_packs, town

from bancheng.core.catalogue import ElementKind
from bancheng.core.kernel import sample_credit_code, sample_id_number
from bancheng.store.models import Draft, User
from bancheng.usecases import apply, play, scanning

__all__ = ["own_packs", "town"]
CODE = sample_credit_code(77)


def _photo(text: str, rotate: int = 7) -> io.BytesIO:
    code, photo = io.BytesIO(), io.BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=8)
    code.seek(0)
    Image.open(code).convert("RGB").rotate(rotate, expand=True, fillcolor="white").save(photo, "JPEG")
    photo.seek(0)
    photo.name = "码.jpg"
    return photo


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ElementKind.CREDIT_CODE, f"https://licence.example.cn/v?uscc={CODE}&t=1", CODE),
        (ElementKind.CREDIT_CODE, f'{{"name":"示范","code":"{CODE.lower()}"}}', CODE),
        (ElementKind.CREDIT_CODE, CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), ""),
        (ElementKind.CREDIT_CODE, f"{CODE}9", ""),
        (ElementKind.TEXT, "许字第12号", "许字第12号"),
        (ElementKind.TEXT, "https://evil.example/", ""),
    ],
)
def test_a_value_is_found_only_where_it_is_right(kind: ElementKind, text: str, value: str) -> None:
    assert scanning.value_in(kind, text) == value


def test_an_id_number_in_a_code_is_checked() -> None:
    number = sample_id_number(date(1990, 1, 2), 3)
    assert scanning.value_in(ElementKind.ID_NUMBER, f"姓名：示例，{number}") == number


def test_a_photographed_licence_fills_the_field(town: None) -> None:
    actor, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(actor, preparation)
    field = next(one.field for one in preparation.asked_fields() if one.field.kind is ElementKind.CREDIT_CODE)
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    page = f"/apply/{preparation.draft.pk}/scan/{field.element}/"
    assert 'capture="environment"' in client.get(page).content.decode()
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")
    blank.seek(0)
    blank.name = "空.png"
    assert "没有找到二维码" in client.post(page, {"photo": blank}).content.decode()
    told = client.post(page, {"photo": _photo("明天开会")}).content.decode()
    assert "没有能填到" in told
    other = sample_credit_code(88)
    assert client.post(page, {"photo": _photo(f"https://x.example/{other}")}).status_code == 302
    after = apply.prepare(actor, Draft.objects.get(pk=preparation.draft.pk))
    assert after.answers[field.element] == other
    assert not preparation.draft.uploads.exists()
