"""跨域通办 through the pages: received at one window, decided at another, fetched at a third."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.web.casefile.test_promises import client_of

from bancheng.core.casework import ClockStart, CrossMode, HandoverKind, Phase, commands
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import CaseTask
from bancheng.usecases import apply, counter, places, play, submission, town
from bancheng.usecases.casework import CaseFile, act

pytestmark = pytest.mark.usefixtures("town")


def relayed() -> CaseFile:
    """A case that a window takes in for the body that decides, to be fetched at a third office."""
    actor, begun = specimen.draft(specimen.SERIAL)
    offices = [one.key for one in places.pick_up_offices()]
    receiving = town.receiving_body()
    near = next(key for key in offices if key not in {receiving, begun.blueprint.lead})
    places.choose(begun.draft, CrossMode.RELAY.value, near)
    return submission.submit(actor, apply.prepare(actor, begun.draft), declared=True)


def test_what_cannot_be_chosen_is_refused() -> None:
    _, begun = specimen.draft(specimen.SERIAL)
    for mode, office in (("teleport", ""), ("", "nowhere")):
        with pytest.raises(ProblemsFound):
            places.choose(begun.draft, mode, office)


def test_the_rule_of_the_clock_is_the_lawful_one_unless_configured(settings: Settings) -> None:
    _, begun = specimen.draft(specimen.SERIAL)
    of = places.places_of(begun.draft, begun.blueprint.lead, begun.blueprint.lead)
    assert (of.starts, of.mode) == (ClockStart.ACCEPTANCE, None)
    settings.BANCHENG_CROSS_CLOCK = "receipt"
    assert places.places_of(begun.draft, "", begun.blueprint.lead).starts is ClockStart.RECEIPT


def test_form_check_there_decision_here_pick_up_near() -> None:
    file = relayed()
    number, submission_ = file.case.number, file.state.submission
    assert submission_ is not None
    receiving, lead, near = (
        submission_.receiving_body,
        submission_.lead_body,
        submission_.places.collecting_body,
    )
    window = client_of(specimen.official("clerk", receiving))
    decider = client_of(specimen.official("reviewer", lead))

    case = window.get(reverse("counter:case", args=[number])).content.decode()
    check = reverse("counter:check_form", args=[number])
    assert check in case
    assert window.post(check, {"identity": "身份证原件"}).status_code == 302
    send = reverse("counter:send_sheet", args=[number, "papers"])
    assert window.post(send, {"lines": []}).status_code == 422
    assert window.post(send, {"lines": ["申请表"], "way": "政务专递"}).status_code == 302

    sheet = reverse("counter:handover_sheet", args=[number, 1])
    assert sheet in decider.get(reverse("counter:handovers")).content.decode()
    receive = reverse("counter:receive_sheet", args=[number, 1])
    assert decider.post(receive, {"missing": ["1"], "note": ""}).status_code == 422
    assert decider.post(receive, {"missing": ["1"], "note": "少一页"}).status_code == 302
    assert (
        window.post(reverse("counter:clear_sheet", args=[number, 1]), {"note": "已补寄"}).status_code == 302
    )
    printed = decider.get(reverse("counter:sheet_pdf", args=[number, 1]))
    assert printed.content.startswith(b"%PDF")
    accept = reverse("counter:accept_relayed", args=[number])
    window.post(accept)
    assert specimen.fresh(file).state.phase is Phase.RECEIVED, "who takes papers in decides nothing"
    decider.post(accept)
    file = specimen.fresh(file)
    assert file.state.phase is Phase.ACCEPTED

    for scene in play.work(file):
        file = scene.file
    results = reverse("counter:send_sheet", args=[number, "results"])
    officer = specimen.official("reviewer", lead)
    names = [one.name for one in places.result_lines(file, officer.bodies)]
    assert names
    assert decider.post(results, {"lines": names}).status_code == 302
    travelling = specimen.fresh(file).state.crossing.handovers[-1]
    assert (travelling.kind, travelling.receiver) == (HandoverKind.RESULTS, near)
    clerk = client_of(specimen.official("clerk", near))
    sheet = reverse("counter:handover_sheet", args=[number, travelling.number])
    assert (
        clerk.post(reverse("counter:receive_sheet", args=[number, travelling.number]), {}).status_code == 302
    )
    page = clerk.get(sheet).content.decode()
    out = reverse("counter:near_hand_out", args=[number, travelling.number])
    assert out in page
    clerk.post(out)
    given = {line.item for line in travelling.lines}
    assert not any(specimen.fresh(file).state.items[key].delivered for key in given), "nobody's ID was seen"
    clerk.post(out, {"checked": "1"})
    assert all(specimen.fresh(file).state.items[key].delivered for key in given)
    applicant = client_of(specimen.applicant_of(file))
    assert "异地代收代办" in applicant.get(reverse("public:case", args=[number])).content.decode()
    stranger = client_of(specimen.official("reviewer", "yunxi_tobacco"))
    assert stranger.get(sheet).status_code == 404


def test_what_is_sent_on_leaves_the_windows_queue_and_stands_under_sent_on() -> None:
    file = relayed()
    submission_ = file.state.submission
    assert submission_ is not None
    window = specimen.official("clerk", submission_.receiving_body)
    decider = specimen.official("reviewer", submission_.lead_body)
    act(window, file.case.pk, commands.CheckForm(identity="身份证原件"))

    def listed(tab: str) -> bool:
        return any(one.case_id == file.case.pk for one in counter.queue(window, tab))

    assert (listed("open"), listed("out")) == (True, False)
    lines = places.paper_lines(file)
    sent = commands.SendHandover(kind=HandoverKind.PAPERS, receiver=submission_.lead_body, lines=lines)
    act(window, file.case.pk, sent)
    assert (listed("open"), listed("out")) == (False, True)
    page = client_of(window).get(reverse("counter:queue"), {"tab": "out"}).content.decode()
    assert file.case.number in page
    there = CaseTask.objects.get(case=file.case, kind="acceptance")
    assert (there.body, there.state) == (submission_.lead_body, "open")
    act(decider, file.case.pk, commands.Accept())
    assert not listed("out")
    there.refresh_from_db()
    assert there.state == "done"


@pytest.mark.parametrize("mode", [CrossMode.JOINT, CrossMode.REMOTE])
def test_applicant_and_window_read_who_does_what_where(mode: CrossMode) -> None:
    actor, begun = specimen.draft(specimen.SERIAL)
    receiving = town.receiving_body()
    offices = [one.key for one in places.pick_up_offices()]
    near = next(key for key in offices if key not in {receiving, begun.blueprint.lead})
    places.choose(begun.draft, mode.value, near)
    file = submission.submit(actor, apply.prepare(actor, begun.draft), declared=True)
    state, at = file.state, [file.case.number]
    window = client_of(specimen.official("clerk", receiving))
    for client, desk in ((client_of(actor), "public:case"), (window, "counter:case")):
        page = client.get(reverse(desk, args=at)).content.decode()
        assert f"{state.body_name(receiving)}收件" in page
        for item in state.items.values():
            assert f"{state.body_name(item.item.body)}审查并决定：" in page
        assert "时限从受理之日起算" in page
        assert f"结果送到{state.body_name(near)}" in page
        assert ("哪个部门都不能要求申请人到窗口来" in page) is (mode is CrossMode.REMOTE)
