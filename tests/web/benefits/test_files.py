"""一企一档 and 标签: what a desk may see of one company or person, and of everybody who has a word."""

from __future__ import annotations

from django.test import Client
from tests.web.benefits.test_companies import SOFTWARE
from tests.web.benefits.test_policy_desk import _compared
from tests.web.benefits.test_rolls import WANG
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.benefits import Status, SubjectKind, judge
from bancheng.store.models import AuditEntry, BenefitSubject
from bancheng.usecases import benefit_runs
from bancheng.usecases.benefit_subjects import COMPANY, PERSON
from bancheng.usecases.benefits import library


def number_of(kind: str, identity: str) -> int:
    return BenefitSubject.objects.get(subject_kind=kind, identity=identity).subject


def test_a_company_is_found_and_its_file_holds_tags_policies_and_grants(sign_in: SignIn) -> None:
    senior = sign_in("social_security_senior")
    one = _compared(senior)
    senior.post(f"/benefits/desk/{one.pk}/steady_refund/take/")
    found = senior.get("/benefits/desk/files/", {"q": SOFTWARE}).context["rows"]
    number = number_of(COMPANY, SOFTWARE)
    assert found == ((number, "云溪更名科技有限公司"),)
    page = senior.get(f"/benefits/desk/files/company/{number}/")
    told = page.context["told"]
    assert {one.name for one in told.tags} == {"小微企业", "科技企业", "有发明专利", "纳税信用A级"}
    entitled = {policy.id for policy, found in told.fits if found.status is Status.ENTITLED}
    assert {"rnd_support", "credit_loan", "steady_refund"} <= entitled, "a company's: of every body"
    assert [row.entitlement for row in told.grants] == ["steady_refund"]
    assert SOFTWARE in page.content.decode(), "a credit code is public"
    assert "研发费用" not in page.content.decode()


def test_data_are_shown_for_a_reason_that_is_kept_and_only_what_the_desk_s_rules_read(
    sign_in: SignIn,
) -> None:
    reviewer = sign_in("agriculture_reviewer")
    _compared(reviewer)
    number = number_of(PERSON, WANG)
    page = f"/benefits/desk/files/person/{number}/"
    shut = reviewer.get(page)
    assert "王老汉" not in shut.content.decode()
    assert WANG not in shut.content.decode()
    assert {policy.body for policy, _ in shut.context["told"].fits} == {"农业农村局"}
    assert [tag.name for tag in shut.context["told"].tags] == ["种粮户"]
    assert "请写明为什么要看" in reviewer.post(page, {"reason": " "}).content.decode()
    assert not AuditEntry.objects.filter(act="benefits.open").exists()
    opened = reviewer.post(page, {"reason": "核对种粮面积"})
    facts = {one.spec.id: value for one, value in opened.context["facts"]}
    assert facts["farm.land"] == "6.3"
    assert not {"tax.income", "medical.own", "minimum.active"} & set(facts), "no more than needed"
    assert "王老汉" in opened.content.decode()
    assert AuditEntry.objects.get(act="benefits.open").reason == "核对种粮面积"


def test_a_tag_counts_and_lists_who_has_it(sign_in: SignIn) -> None:
    senior = sign_in("civil_affairs_senior")
    one = _compared(senior)
    counts = {
        each.tag.id: each
        for *_, rows in senior.get("/benefits/desk/tags/").context["groups"]
        for each in rows
    }
    assert "jobless_person" not in counts, "of people a desk sees its own words"
    with Asked() as asked:
        page = senior.get("/benefits/desk/tags/old_person/")
    assert len(asked) <= BOUNDS["benefits:holders"]
    rule = next(tag.rule.id for tag in library().tags if tag.id == "old_person")
    wanted = []
    for number in range(benefit_runs.TOWN[0] + 3):
        rules, facts = benefit_runs.facts_of_one(one, SubjectKind.PERSON, number)
        if facts is not None and judge(rules, rule, facts, one.as_of).status is Status.ENTITLED:
            wanted.append(number)
    assert counts["old_person"].holders == len(wanted) > 3
    assert [row["key"] for row in page.context["rows"]] == wanted[:50]
    assert all("*" in row["name"] for row in page.context["rows"])
    assert senior.get("/benefits/desk/tags/jobless_person/").status_code == 404
    leaving = senior.get("/benefits/desk/tags/old_person/", {"as": "xlsx"})
    assert leaving.getvalue()[:2] == b"PK"


def test_a_desk_without_policies_has_no_files_and_no_tags(sign_in: SignIn) -> None:
    _compared(sign_in("civil_affairs_senior"))
    other = sign_in("hospital_reviewer")
    for page in ("", "person/3/", "company/3/"):
        assert other.get(f"/benefits/desk/files/{page}").status_code == 404
    assert other.get("/benefits/desk/tags/").status_code == 404
    assert other.get("/benefits/desk/tags/new_firm/").status_code == 404


def test_nothing_was_compared_yet(sign_in: SignIn, visitor: Client) -> None:
    senior = sign_in("civil_affairs_senior")
    assert "还没有比对过" in senior.get("/benefits/desk/tags/").content.decode()
    assert senior.get("/benefits/desk/files/company/1/").status_code == 404
    assert senior.get("/benefits/desk/files/household/1/").status_code == 404
    assert visitor.get("/benefits/desk/files/").status_code == 302


def test_who_is_signed_in_sees_what_the_rules_read_of_them(sign_in: SignIn) -> None:
    _compared(sign_in("agriculture_reviewer"))
    page = sign_in("wang").get("/benefits/mine/")
    facts = {one.spec.id: (value, one.source) for one, value in page.context["facts"]}
    assert facts["farm.land"] == ("6.3", "耕地地力补贴")
    assert facts["person.birth"] == ("1951年1月5日", "人口登记")
    assert facts["person.died"][0] == "没有"
    assert facts["person.hukou"][0] == "本县农村"
