"""Whole files over the desks of their bodies: opinions with a supplement, and a refusal by one body of several."""

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.bureau.conftest import SignIn
from tests.web.bureau.desk import account, act, agree, finish, inspectors, report, state_of
from tests.web.counter.window import said

from bancheng.core.casework import ItemStatus, Phase, Verdict
from bancheng.core.casework import events as ev
from bancheng.store.models import Case, ResultDocument
from bancheng.usecases import answers, casework

CONSULT = "school_bus_permit.consult"


@pytest.fixture
def bus(town: None) -> str:
    """A school bus permit, accepted."""
    return specimen.accepted(specimen.LONG).case.number


def test_a_school_bus_is_permitted_after_opinions_side_by_side_and_one_supplement(
    sign_in: SignIn, bus: str
) -> None:
    school = sign_in(account("reviewer", "yunxi_education"))
    assert report(school, bus, "school_bus_permit.send").status_code == 302
    page = said(school.get(f"/bureau/{bus}/"))
    assert "等答复" in page or "还有 3 个工作日" in page
    early = report(school, bus, CONSULT)
    assert early.status_code == 422
    assert "还在答复期限内" in said(early)
    police, roads = (sign_in(account("reviewer", f"yunxi_{one}")) for one in ("traffic_police", "transport"))
    assert CONSULT not in said(police.get("/bureau/"))
    assert "征求意见" in said(police.get("/bureau/?tab=open"))
    assert agree(police, bus, CONSULT).status_code == 302
    assert agree(roads, bus, CONSULT).status_code == 302
    assert agree(roads, bus, CONSULT).status_code == 404, "answered once"
    marked = school.post(
        f"/bureau/{bus}/marks/",
        {
            "mark": ["field:route_stops"],
            "reason/field:route_stops": "wrong",
            "words/field:route_stops": "停靠站点数和线路图不一致",
            "reason": "线路图上有 6 个站",
        },
    )
    assert marked.status_code == 302, said(marked)
    state = state_of(bus)
    assert state.phase is Phase.ACCEPTED, "asking for more stops no clock"
    assert state.open_notices[0].body == "yunxi_education"
    assert "停靠站点数和线路图不一致" in said(school.get(f"/bureau/{bus}/"))
    answered = answers.answer_field(
        specimen.person("liu"), bus, 1, "field:route_stops", {"route_stops": ["6"]}
    )
    assert answered == ()
    finish(sign_in, bus)
    state = state_of(bus)
    assert state.phase is Phase.FINISHED
    assert {one.status for one in state.items.values()} == {ItemStatus.APPROVED}
    assert ResultDocument.objects.filter(case__number=bus).count() >= 1


def test_the_file_shows_a_body_only_what_its_items_need(sign_in: SignIn, town: None) -> None:
    number = specimen.accepted().case.number
    city = sign_in(account("reviewer", "yunxi_urban_management"))
    market = sign_in(account("reviewer", "yunxi_market"))
    assert "招牌高度" in said(city.get(f"/bureau/{number}/"))
    assert "食品安全员姓名" not in said(city.get(f"/bureau/{number}/"))
    assert "食品安全员姓名" in said(market.get(f"/bureau/{number}/"))
    assert "招牌高度" not in said(market.get(f"/bureau/{number}/"))


def test_a_body_without_part_finds_no_file_on_any_address(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    number = file.case.number
    stranger = sign_in("customs_reviewer")
    step = file.state.open_steps[0].plan.key
    item = next(iter(file.state.items))
    for address in (
        "",
        "marks/",
        f"clock/{item}/",
        f"steps/{step}/report/",
        f"steps/{step}/opinion/",
        f"steps/{step}/hand-over/",
        f"steps/{step}/refuse/{item}/",
        "slips/1/",
    ):
        assert stranger.get(f"/bureau/{number}/{address}").status_code == 404, address
    assert act(stranger, number, "claim", step=step).status_code == 404
    assert number not in said(stranger.get("/bureau/?tab=open"))
    assert sign_in("zhang").get(f"/bureau/{number}/").status_code == 403
    assert Client().get(f"/bureau/{number}/").status_code == 302


def test_a_paper_of_another_bodys_item_cannot_be_opened(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    number = file.case.number
    market = sign_in(account("reviewer", "yunxi_market"))
    city = sign_in(account("reviewer", "yunxi_urban_management"))
    mine = {one.document for one in file.case.uploads.all() if _opens(market, number, one.pk)}
    theirs = {one.document for one in file.case.uploads.all() if _opens(city, number, one.pk)}
    assert mine, "the market sees its own"
    assert theirs != mine
    assert mine | theirs == {one.document for one in file.case.uploads.all()}


def _opens(client: Client, number: str, upload: object) -> bool:
    return client.get(f"/bureau/{number}/files/{upload}/").status_code == 200


def test_one_body_of_three_refuses_in_writing_and_the_others_go_on(sign_in: SignIn, town: None) -> None:
    number = specimen.accepted().case.number
    city = sign_in(account("reviewer", "yunxi_urban_management"))
    assert report(city, number, "signboard_setup.review").status_code == 302
    address = f"/bureau/{number}/steps/signboard_setup.decide/refuse/signboard_setup/"
    page = said(city.get(address))
    assert "行政复议" in page
    assert "从哪一条写起" in page
    lacking = city.post(address, {"reasons": "招牌挡住了消防通道", "basis": "", "remedies": ""})
    assert lacking.status_code == 422
    assert "招牌挡住了消防通道" in said(lacking)
    assert "依据" in said(lacking)
    done = city.post(
        address,
        {
            "reasons": "招牌挡住了消防通道，不符合设置规范。",
            "basis": "《示范县户外招牌设置规范》第三条",
            "remedies": "可以自收到之日起60日内申请行政复议。",
        },
    )
    assert done.status_code == 302
    finish(sign_in, number)
    state = state_of(number)
    assert state.items["signboard_setup"].status is ItemStatus.REFUSED
    assert state.items["food_business_licence"].status is ItemStatus.APPROVED
    assert state.phase is Phase.FINISHED
    refused = next(
        one
        for one in casework.load(_case(number)).events
        if isinstance(one, ev.ItemDecided) and one.verdict is Verdict.REFUSE
    )
    assert refused.basis == "《示范县户外招牌设置规范》第三条"
    assert ResultDocument.objects.filter(case__number=number, item="food_business_licence").exists()


def _case(number: str) -> Case:
    return Case.objects.get(number=number)


def test_an_inspection_names_two_and_looks_at_every_point(sign_in: SignIn, town: None) -> None:
    number = specimen.accepted().case.number
    market = sign_in(account("reviewer", "yunxi_market"))
    act(
        market,
        number,
        "approve",
        step="business_licence_verification.verify",
        item="business_licence_verification",
    )
    assert report(market, number, "food_business_licence.review").status_code == 302
    inspector = sign_in("market_inspector1")
    visit = "shared.shop_visit.inspection"
    page = said(inspector.get(f"/bureau/{number}/steps/{visit}/report/"))
    assert "谁去的（2 名以上）" in page
    assert "机器：符合" in page
    both = inspectors("yunxi_market")
    alone = report(inspector, number, visit, staff=both[:1], findings="后厨整洁")
    assert alone.status_code == 422
    assert "第三十四条" in said(alone)
    assert "后厨整洁" in said(alone)
    point = "point/food_business_licence.layout"
    assert report(inspector, number, visit, staff=both, **{point: "ok"}).status_code == 302
    told = [one for one in casework.load(_case(number)).events if isinstance(one, ev.StepReported)][-1]
    assert len(told.staff) == 2
    assert [one.ok for one in told.checks] == [True]


def test_not_in_order_needs_findings(sign_in: SignIn, town: None) -> None:
    number = specimen.accepted().case.number
    city = sign_in(account("reviewer", "yunxi_urban_management"))
    answer = report(city, number, "signboard_setup.review", "not_ok")
    assert answer.status_code == 422
    assert "不通过的具体情况" in said(answer)


def test_an_office_proposes_before_acceptance_and_sees_its_own_wish_again(
    sign_in: SignIn, town: None
) -> None:
    number = specimen.submitted().case.number
    market = sign_in(account("reviewer", "yunxi_market"))
    assert number in said(market.get("/bureau/?tab=intake"))
    assert "受理前" in said(market.get(f"/bureau/{number}/"))
    sent = market.post(
        f"/bureau/{number}/marks/",
        {
            "mark": ["field:kitchen_area"],
            "reason/field:kitchen_area": "wrong",
            "words/field:kitchen_area": "后厨面积比店面还大",
        },
    )
    assert sent.status_code == 302, said(sent)
    assert "后厨面积比店面还大" in said(market.get(f"/bureau/{number}/"))
    assert "后厨面积比店面还大" in said(sign_in("clerk").get(f"/counter/cases/{number}/"))
    assert "后厨面积比店面还大" not in said(
        sign_in(account("reviewer", "yunxi_urban_management")).get(f"/bureau/{number}/")
    )
