"""What a clerk does at the window, by hand."""

from __future__ import annotations

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bancheng.core.catalogue import ElementKind
from bancheng.store.models import Draft, Party, User
from bancheng.usecases import access, apply
from bancheng.usecases.apply import Preparation

MOTHER = "999999199604121049"
TYPED = {
    ElementKind.TEXT: "示例",
    ElementKind.ADDRESS: "云溪县办成镇老街1号",
    ElementKind.NAME: "张老三",
    ElementKind.ID_NUMBER: "999999197203161016",
    ElementKind.PHONE: "19900000001",
    ElementKind.DATE: "2026-11-01",
    ElementKind.MONEY: "100",
    ElementKind.INTEGER: "3",
    ElementKind.DECIMAL: "60",
    ElementKind.BOOLEAN: "true",
    ElementKind.BANK_ACCOUNT: "6222999900001111222",
}


def picture(name: str = "材料.jpg") -> SimpleUploadedFile:
    """A scan."""
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")


def prepared(draft: str) -> Preparation:
    """How a draft of the clerk stands."""
    actor = access.actor_for(User.objects.get(username="clerk"))
    row = Draft.objects.get(pk=draft)
    return apply.prepare(actor, apply.open_draft(actor, row.pk))


def begin(client: Client, onething: str = "newborn", number: str = MOTHER) -> str:
    """Choose a person who has been here and what they came for; the draft's id."""
    person = Party.objects.get(number=number)
    answer = client.post(f"/counter/new/{person.pk}/", {"onething": onething})
    assert answer.status_code == 302
    return str(answer.headers["Location"]).rstrip("/").rpartition("/")[2]


def fill(client: Client, draft: str) -> None:
    """Answer and type whatever is asked, and keep every paper; saving is what brings the next questions."""
    for _ in range(6):
        prep = prepared(draft)
        data: dict[str, Any] = {"papers": "yes", "do": "save"}
        for question in prep.personal.questions:
            data[question.element] = question.options[0].value if question.options else "true"
        for one in prep.asked_fields():
            if one.required and one.value is None:
                codes = one.field.codes
                data[one.field.element] = codes[0].value if codes else TYPED[one.field.kind]
        data["paper"] = [one.material.document for one in prep.asked_materials() if one.document is None]
        assert client.post(f"/counter/drafts/{draft}/", data).status_code == 302
        if not apply.what_is_missing(prepared(draft)):
            return
    raise AssertionError([one.message for one in apply.what_is_missing(prepared(draft))])


def submit(client: Client, draft: str, do: str = "submit") -> str:
    """Submit at the window; the number of the case."""
    answer = client.post(f"/counter/drafts/{draft}/", {"do": do, "declared": "yes"})
    assert answer.status_code == 302, said(answer)
    return str(answer.headers["Location"]).rstrip("/").rpartition("/")[2]


def taken_in(client: Client, do: str = "submit") -> str:
    """A birth taken in at the window; the number of the case."""
    draft = begin(client)
    fill(client, draft)
    return submit(client, draft, do)


def said(answer: Any) -> str:
    """The words of a page."""
    text = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
