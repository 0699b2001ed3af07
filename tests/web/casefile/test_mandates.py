"""Mandates and accounts on the pages, and who acted for whom on the case."""

from datetime import date, timedelta

from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn, own_packs, sign_in, town

from bancheng.core.casework import Phase
from bancheng.core.kernel import sample_id_number
from bancheng.store.models import Mandate, User
from bancheng.usecases import access, casework, identity
from bancheng.usecases.casework import CaseFile

__all__ = ["own_packs", "sign_in", "town"]


def test_a_person_grants_and_takes_back_and_the_case_says_who_acted(sign_in: SignIn) -> None:
    boss, preparation = specimen.draft(specimen.PARALLEL)
    file = specimen.play.hand_in(boss, preparation)
    client = Client()
    client.force_login(User.objects.get(pk=boss.user_id), backend="bancheng.site.signin.SignInBackend")
    helper = specimen.person("liu")
    assert helper.own is not None
    company = next(one.party for one in boss.acting if one.subject == "company")
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    give = f"/mandates/give/{company}/"
    sent = {"name": helper.own.name, "number": helper.own.number, "kind": "helper", "until": ""}
    assert "请填写到哪一天为止" in client.post(give, sent).content.decode()
    assert client.post(give, {**sent, "until": until}).status_code == 302
    theirs = sign_in("liu")
    assert theirs.post(f"/cases/{file.case.number}/withdraw/", {"reason": "later"}).status_code == 302
    page = theirs.get(f"/cases/{file.case.number}/").content.decode()
    assert "帮办员" in page
    made = Mandate.objects.get(kind="helper")
    client.get("/mandates/")
    with Asked() as seen:
        assert helper.name in client.get("/mandates/").content.decode()
    assert len(seen) <= BOUNDS["public:mandates"]
    assert client.post(f"/mandates/{made.pk}/end/", {"confirm": "yes"}).status_code == 302
    gone = theirs.get(f"/cases/{file.case.number}/")
    assert (gone.status_code, "已经收回" in gone.content.decode()) == (403, True)


def test_a_clerk_records_a_mandate_from_its_paper_and_verifies_an_account(sign_in: SignIn) -> None:
    clerk, person = sign_in("clerk"), specimen.person("liu")
    assert person.own is not None
    boss, _ = specimen.draft(specimen.PARALLEL)
    company = next(one.party for one in boss.acting if one.subject == "company")
    page = f"/counter/parties/{company}/mandates/"
    sent = {"name": person.own.name, "number": person.own.number, "kind": "administrator"}
    assert "法院文书" in clerk.post(page, sent).content.decode()
    assert clerk.post(page, {**sent, "basis": "（2026）示0101破1号"}).status_code == 302
    with Asked() as seen:
        assert "破产管理人" in clerk.get(page).content.decode()
    assert len(seen) <= BOUNDS["counter:mandates"]
    user = User.objects.create_user("selfmade", "long-enough-2026")
    identity.declare(access.actor_for(user), "示大名")
    verify = "/counter/accounts/verify/"
    assert clerk.post(verify, {"username": "nobody", "name": "x", "number": ""}).status_code == 422
    number = sample_id_number(date(1985, 6, 7), 31)
    done = clerk.post(verify, {"username": "selfmade", "name": "示大名", "number": number})
    assert done.status_code == 302
    own = access.actor_for(user).own
    assert own is not None
    assert own.number == number


def test_who_brings_the_money_for_somebody_is_chosen_at_the_window(sign_in: SignIn) -> None:
    boss, preparation = specimen.draft(specimen.PARALLEL)
    file = specimen.play.hand_in(boss, preparation)
    helper = specimen.person("liu")
    company = next(one.party for one in boss.acting if one.subject == "company")
    narrow, paying = (
        Mandate.objects.create(
            user_id=helper.user_id,
            party_id=company,
            kind=kind,
            acts=acts,
            valid_until=timezone.localdate(),
        )
        for kind, acts in (("helper", ["collect"]), ("agent", ["pay"]))
    )
    clerk, address = sign_in("clerk"), f"/counter/cases/{file.case.number}/cash/"
    page = clerk.get(address).content.decode()
    assert (f'value="{paying.pk}"' in page, f'value="{narrow.pk}"' in page) == (True, False)
    seen = {"seen": file.state.seq}
    refused = clerk.post(address, {**seen, "agent": narrow.pk})
    assert (refused.status_code, "范围不包括" in refused.content.decode()) == (422, True)
    assert clerk.post(address, {**seen, "agent": paying.pk}).status_code == 302
    assert helper.name in clerk.get(f"/counter/cases/{file.case.number}/").content.decode()


def _of_a_company(kind: str, *acts: str) -> tuple[CaseFile, Mandate, access.Actor]:
    """A company's case, and somebody who may do these acts for it until today."""
    boss, preparation = specimen.draft(specimen.PARALLEL)
    file = specimen.play.hand_in(boss, preparation)
    helper = specimen.person("liu")
    company = next(one.party for one in boss.acting if one.subject == "company")
    held = Mandate.objects.create(
        user_id=helper.user_id, party_id=company, kind=kind, acts=acts, valid_until=timezone.localdate()
    )
    return file, held, helper


def test_a_case_is_taken_back_at_the_window_by_the_applicant_or_whose_mandate_says_so(
    sign_in: SignIn,
) -> None:
    file, narrow, helper = _of_a_company("helper", "collect")
    wide = Mandate.objects.create(
        user_id=helper.user_id, party_id=narrow.party_id, kind="agent", valid_until=timezone.localdate()
    )
    clerk, address = sign_in("clerk"), f"/counter/cases/{file.case.number}/withdraw/"
    assert address in clerk.get(f"/counter/cases/{file.case.number}/").content.decode()
    page = clerk.get(address).content.decode()
    assert (f'value="{wide.pk}"' in page, f'value="{narrow.pk}"' in page) == (True, False)
    assert "____" in page, "it prints as a sheet to sign"
    sent = {"seen": file.state.seq, "agent": wide.pk, "checked": "yes", "reason": "later"}
    for lack, words in (("reason", "请选一个原因"), ("checked", "核对来人的证件")):
        refused = clerk.post(address, {key: value for key, value in sent.items() if key != lack})
        assert (refused.status_code, words in refused.content.decode()) == (422, True), lack
    refused = clerk.post(address, {**sent, "agent": narrow.pk})
    assert (refused.status_code, "范围不包括" in refused.content.decode()) == (422, True)
    assert clerk.post(address, sent).status_code == 302
    after = casework.load(file.case).state
    assert after.phase is Phase.WITHDRAWN
    history = clerk.get(f"/counter/cases/{file.case.number}/").content.decode()
    assert helper.name in history
    assert address not in history
    assert clerk.get(address).status_code == 404
    assert "撤回" in sign_in("liu").get(f"/cases/{file.case.number}/").content.decode()


def test_what_a_notice_asks_for_is_brought_to_the_window_by_an_agent(sign_in: SignIn) -> None:
    file, held, helper = _of_a_company("agent", "answer")
    narrow = Mandate.objects.create(
        user_id=helper.user_id, party_id=held.party_id, kind="helper", acts=["collect"],
        valid_until=timezone.localdate(),
    )  # fmt: skip
    clerk, case = sign_in("clerk"), f"/counter/cases/{file.case.number}/"
    paper = next(key for key, one in file.state.materials.items() if one.kind.value != "shared")
    mark = f"material:{paper}"
    said = {"mark": [mark], f"reason/{mark}": "missing", f"words/{mark}": "请交清楚的一份"}
    assert clerk.post(f"{case}notice/", said).status_code == 302
    page = clerk.get(f"{case}notices/1/").content.decode()
    assert (f'value="{held.pk}"' in page, f'value="{narrow.pk}"' in page) == (True, False)
    refused = clerk.post(f"{case}notices/1/", {"paper": [paper], "agent": narrow.pk})
    assert (refused.status_code, "范围不包括" in refused.content.decode()) == (422, True)
    assert clerk.post(f"{case}notices/1/", {"paper": [paper], "agent": held.pk}).status_code == 302
    assert helper.name in clerk.get(case).content.decode()
