"""改革实效: what really happened beside what is promised, for whoever may see it."""

import re

from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.casework import WithdrawReason, commands
from bancheng.usecases import casework, play


def finished() -> str:
    """A case to its last result; its name."""
    file = specimen.accepted()
    for scene in play.work(file):
        file = scene.file
    return file.case.name


def test_promised_and_actual_stand_side_by_side(sign_in: SignIn) -> None:
    client = sign_in("watch")
    assert "这段时间没有可计数的办件" in client.get("/watch/reform/").content.decode()
    name = finished()
    page = client.get("/watch/reform/").content.decode()
    assert "合起来（1 件）" in page
    assert page.count("应减") == 6
    assert name in page
    today = timezone.localdate().isoformat()
    assert "合起来（1 件）" in client.get(f"/watch/reform/?from={today}&to={today}").content.decode()
    assert client.get("/watch/reform/?as=csv")["Content-Type"].startswith("text/csv")
    assert client.get("/watch/reform/?onething=school_bus&from=x").status_code == 200


def test_cases_left_out_are_listed_with_a_way_to_them(sign_in: SignIn) -> None:
    back = specimen.submitted()
    applicant = specimen.applicant_of(back)
    casework.act(applicant, back.case.number, commands.Withdraw(reason=WithdrawReason.LATER))
    page = sign_in("watch").get("/watch/reform/").content.decode()
    assert "申请人撤回：1 件" in page
    assert f"/watch/cases/{back.case.number}/" in page
    admin = sign_in("admin").get("/watch/reform/").content.decode()
    assert "申请人撤回：1 件" in admin
    assert back.case.number not in re.sub(r"\s", "", admin)


def test_only_supervision_sees_it(sign_in: SignIn) -> None:
    assert sign_in("zhang").get("/watch/reform/").status_code == 403
    assert sign_in("items").get("/watch/reform/").status_code == 403


def test_the_page_stays_within_its_bounds(sign_in: SignIn) -> None:
    finished()
    client = sign_in("watch")
    client.get("/watch/reform/")
    with Asked() as cost:
        client.get("/watch/reform/")
    assert len(cost) <= BOUNDS["watch:reform"]
