"""The window sees who has still to sign, records it with the document, and accepts then."""

import pytest
from msgspec.structs import replace
from tests.usecases import town as specimen
from tests.web.bureau.desk import account, state_of
from tests.web.counter.conftest import SignIn
from tests.web.counter.window import said

from bancheng.core.casework import Phase
from bancheng.core.catalogue import SignerRule
from bancheng.usecases import town as town_module


def test_who_signs_at_the_window_is_recorded_and_then_the_form_is_accepted(
    sign_in: SignIn, town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = town_module.packs().catalogue.items
    key = specimen.submitted().state.submission.items[0].key  # type: ignore[union-attr]  # reason: it was submitted
    rule = SignerRule(key="leader", who="店长", number=items[key].fields[0].element, basis="示例办法第七条")
    monkeypatch.setitem(items, key, replace(items[key], signers=(rule,)))  # type: ignore[arg-type]  # reason: a plain dict
    file = specimen.submitted()
    submission = file.state.submission
    assert submission is not None
    number, body = file.case.number, submission.receiving_body
    clerk = sign_in(account("clerk", body))
    page = said(clerk.get(f"/counter/cases/{number}/"))
    assert "店长" in page
    assert "还没有签" in page
    assert clerk.post(f"/counter/cases/{number}/accept/").status_code == 422
    address = f"/counter/cases/{number}/signer/?signer={submission.signers[0].key}"
    assert "当面签署" in said(clerk.get(address))
    assert clerk.post(address, {"identity": ""}).status_code in {409, 422}
    assert clerk.post(address, {"identity": "居民身份证原件"}).status_code == 302
    assert clerk.get(address).status_code == 404, "once"
    assert clerk.post(f"/counter/cases/{number}/accept/").status_code == 302
    assert state_of(number).phase is Phase.ACCEPTED
