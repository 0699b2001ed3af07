"""One form, several signatures: the same frozen values, sign or decline, and nothing is submitted before."""

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn, own_packs, sign_in, town

from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import SignRequest, User
from bancheng.usecases import apply, signing, submission

__all__ = ["own_packs", "sign_in", "town"]


def test_nothing_is_submitted_before_everybody_signed_the_same_form(sign_in: SignIn) -> None:
    actor, preparation = specimen.draft(specimen.SERIAL)
    client, other = Client(), specimen.person("liu")
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    assert other.own is not None
    page = f"/apply/{preparation.draft.pk}/sign/"
    assert "没有找到" in client.post(page, {"people": "无名氏 999999199001010000"}).content.decode()
    assert client.post(page, {"people": f"{other.own.name} {other.own.number}"}).status_code == 302
    with pytest.raises(ProblemsFound) as no:
        submission.submit(actor, preparation, declared=True)
    assert [one.code for one in no.value.problems] == ["sign.missing"]

    theirs, request = sign_in("liu"), SignRequest.objects.get()
    with Asked() as seen:
        assert "请您签" in theirs.get("/sign/").content.decode()
    assert len(seen) <= BOUNDS["public:sign_requests"]
    there = f"/sign/{request.pk}/"
    shown = theirs.get(there).content.decode()
    assert request.round.digest[:16] in shown
    assert theirs.post(there, {"do": "sign", "digest": "0" * 64}).status_code == 422
    assert theirs.post(there, {"do": "decline", "digest": request.round.digest}).status_code == 422
    assert client.get(there).status_code == 404
    assert theirs.post(there, {"do": "sign", "digest": request.round.digest}).status_code == 302
    assert theirs.post(there, {"do": "sign", "digest": request.round.digest}).status_code == 422

    name = next(one.field for one in preparation.asked_fields() if one.field.kind == "phone")
    apply.answer(preparation, {name.element: ["19900000009"]})
    changed = apply.prepare(actor, preparation.draft)
    assert [one.code for one in signing.problems(changed)] == ["sign.changed"]
    client.post(page, {"people": f"{other.own.name} {other.own.number}"})
    again = SignRequest.objects.get(round__open=True)
    theirs.post(f"/sign/{again.pk}/", {"do": "sign", "digest": again.round.digest})
    assert "已签署" in client.get(page).content.decode()

    file = submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
    assert file.state.submission is not None
    [signed] = file.state.submission.signed
    assert (signed.party, signed.digest) == (f"party:{other.own.party}", again.round.digest)
    assert file.case.sign_rounds.get().requests.get().user_id == other.user_id
