"""惠企: companies are compared, listed and paid like people; who represents one sees what it gets."""

from __future__ import annotations

import re
from decimal import Decimal

from django.test import Client
from django.utils import timezone
from tests.web.benefits.test_policy_desk import _compared
from tests.web.public.conftest import SignIn

from bancheng.core.benefits import SubjectKind, judge
from bancheng.store.models import BenefitComparison, BenefitSubject, GrantRow
from bancheng.usecases import benefit_facts, benefit_runs
from bancheng.usecases.benefit_subjects import COMPANY
from bancheng.usecases.benefits import kind_of, library

SOFTWARE = "9199999930000007XK"


def test_a_comparison_is_of_people_and_of_companies(sign_in: SignIn) -> None:
    one = _compared(sign_in("social_security_senior"))
    people, companies, _ = benefit_runs.TOWN
    residents = library().residents
    assert one.rows == one.done == people + companies + len(residents)
    assert set(one.figures) == {policy.id for policy in library().policies}
    for_companies = [policy for policy in library().policies if kind_of(policy) is SubjectKind.COMPANY]
    assert len(for_companies) >= 30
    assert sum(one.figures[policy.id]["people"] > 0 for policy in for_companies) > 20


def test_a_company_s_list_counts_companies_and_shows_whole_names(sign_in: SignIn) -> None:
    senior = sign_in("social_security_senior")
    one = _compared(senior)
    page = f"/benefits/desk/{one.pk}/steady_refund/"
    shown = senior.get(page)
    assert shown.context["unit"] == "家"
    assert "人</" not in re.sub(r"<nav.*?</nav>", "", shown.content.decode(), flags=re.S).split("h-list")[1]
    senior.post(page + "take/")
    rows = GrantRow.objects.filter(entitlement="steady_refund")
    assert set(rows.values_list("subject_kind", flat=True)) == {COMPANY}
    assert rows.count() == one.figures["steady_refund"]["people"] > 0
    code = BenefitSubject.objects.get(subject_kind=COMPANY, identity=SOFTWARE)
    roll = f"/benefits/desk/rolls/steady_refund/{one.as_of.year}/"
    listed = senior.get(roll, {"q": SOFTWARE})
    assert [(row["row"].subject, row["name"]) for row in listed.context["rows"]] == [
        (code.subject, "云溪更名科技有限公司")
    ]
    assert "已抽" not in listed.content.decode()
    senior.post(roll, {"do": "draw"})
    drawn = rows.filter(in_sample=True).count()
    assert f"要查 {drawn} 家" in senior.get(roll).content.decode()


def test_a_number_of_a_person_is_not_that_of_a_company(sign_in: SignIn) -> None:
    """The same number is two subjects; why is told of the company."""
    senior = sign_in("science_senior")
    one = _compared(senior)
    number = BenefitSubject.objects.get(subject_kind=COMPANY, identity=SOFTWARE).subject
    shown = senior.get(f"/benefits/desk/{one.pk}/rnd_support/{number}/")
    (told,) = shown.context["judged"]
    assert (told["amount"], told["status"][1]) == (Decimal(23_000), "green")
    beyond = benefit_runs.TOWN[0] + 1  # there is such a person and no such company
    assert senior.get(f"/benefits/desk/{one.pk}/rnd_support/{beyond}/").status_code == 404


def test_who_represents_a_company_sees_what_it_gets(sign_in: SignIn) -> None:
    _compared(sign_in("science_senior"))
    client = sign_in("chu")
    page = client.get("/benefits/mine/")
    (mine,) = [one for one in page.context["parties"] if one["text"] == "云溪更名科技有限公司"]
    told = client.get(f"/benefits/mine/{mine['url']}").context
    found = {one["policy"].id: one["amount"] for one in told["entitled"]}
    wanted = {"rnd_support": 23_000, "tech_small_award": 10_000, "hire_graduate": 3_000, "credit_loan": 9_084}
    assert {name: found[name] for name in wanted} == wanted
    kinds = {kind_of(one["policy"]) for name in ("entitled", "unknown", "near") for one in told[name]}
    assert kinds == {SubjectKind.COMPANY}
    assert sign_in("zhang").get(f"/benefits/mine/{mine['url']}").status_code == 404, "not theirs"


def test_every_company_has_the_status_that_one_alone_has(sign_in: SignIn) -> None:
    one = _compared(sign_in("science_senior"))
    seen = 0
    for policy in library().policies:
        if kind_of(policy) is not SubjectKind.COMPANY:
            continue
        run = benefit_runs._run(one, policy)
        for number in range(0, benefit_runs.TOWN[1], 12):
            rules, facts = benefit_runs.facts_of_one(one, SubjectKind.COMPANY, number)
            assert facts is not None
            for name in policy.entitlements:
                status = judge(rules, name, facts, one.as_of).status
                assert number in run.numbers(name, status).tolist()
                seen += 1
    assert seen > 600


def test_policies_are_found_by_whom_they_are_for_and_asked_apart(visitor: Client) -> None:
    firms = visitor.get("/benefits/", {"for": "company"}).context["rows"]
    people = visitor.get("/benefits/", {"for": "person"}).context["rows"]
    assert {kind_of(one) for one, _, _ in firms} == {SubjectKind.COMPANY}
    assert {kind_of(one) for one, _, _ in people} == {SubjectKind.PERSON}
    assert len(firms) + len(people) == len(visitor.get("/benefits/").context["rows"])
    page = visitor.get("/benefits/ask/", {"for": "company"})
    assert page.context["asked"].spec.subject is SubjectKind.COMPANY
    answered = visitor.post(
        "/benefits/ask/?for=company", {"a.company.form": "individual", "a.company.scale": "micro"}
    ).context
    assert "six_taxes" in {one["policy"].id for one in answered["entitled"]}
    assert answered["asked"].spec.subject is SubjectKind.COMPANY


def test_a_comparison_of_people_alone_is_still_read(sign_in: SignIn) -> None:
    """Made before companies were compared: its facts lie one folder up."""
    reviewer = sign_in("civil_affairs_reviewer")
    one = _compared(reviewer)
    now = benefit_facts.facts_file(one, SubjectKind.PERSON)
    for each in (now, now.with_name("run")):
        each.rename(now.parent.parent / each.name)
    BenefitComparison.objects.filter(pk=one.pk).update(ended_at=timezone.now())
    assert reviewer.get(f"/benefits/desk/{one.pk}/old_age_allowance/").context["page"].object_list
