"""Bodies change and one-things get new versions while cases run: previewed, carried over case by case, told of."""

from __future__ import annotations

from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.usecases.test_exchange import BODY, SYSTEM, at_power, step_of

from bancheng.cli import bodies as bodies_verb
from bancheng.cli import versions as versions_verb
from bancheng.core.casework import ItemStatus, SentStatus, sent_key
from bancheng.core.catalogue import BodyChange, BodyMove, ChangeKind, StepKind
from bancheng.core.compiler import Blueprint, EdgeKind, PlanEdge
from bancheng.store.models import BlueprintVersion, Case, CaseBody, CaseTask, Membership, Parcel
from bancheng.usecases import access, bodies, exchange, exchange_routes, moving, play
from bancheng.usecases import casework as road
from bancheng.usecases import town as town_module
from bancheng.usecases.access import Actor, NotAllowed

ADMIN = Actor(
    id="user:0", name="何管理", user_id=1, roles=frozenset({"administrator"}), posts=(("administrator", ""),)
)


def with_change(monkeypatch: pytest.MonkeyPatch, change: BodyChange) -> None:
    loaded = town_module.packs()
    catalogue = msgspec.structs.replace(loaded.catalogue, body_changes={change.key: change})
    other = msgspec.structs.replace(loaded, catalogue=catalogue)
    monkeypatch.setattr(bodies, "packs", lambda: other)


def merger(old: str, new: str, on: date) -> BodyChange:
    return BodyChange(
        key="reform",
        name="示范机构改革",
        kind=ChangeKind.MERGED,
        on=on,
        basis="示例〔2026〕1号",
        moves=(BodyMove(old=old, new=new),),
    )


def test_a_merger_is_previewed_and_carries_cases_tasks_and_people_over(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = specimen.accepted()
    old = file.state.open_steps[0].plan.bodies[0]
    new = "yunxi_tobacco"
    posts = Membership.objects.filter(body=old, role__in=access.OFFICIAL_ROLES)
    people, many = set(posts.values_list("user_id", flat=True)), posts.count()
    with_change(monkeypatch, merger(old, new, timezone.localdate()))
    [standing] = bodies.changes(ADMIN, timezone.localdate())
    assert (standing.holds, standing.cases, standing.people) == (
        True,
        1,
        many,
    )
    found, count = bodies.preview(ADMIN, "reform")
    assert count == 1
    assert found[0].items
    assert "环节" in bodies.told(found[0])
    before = specimen.fresh(file).state
    moved = bodies.carry(ADMIN, "reform")
    assert (moved.done, moved.why) == (1, ())
    after = specimen.fresh(file)
    assert not CaseTask.objects.filter(case=file.case, body=old, state__in=("open", "claimed")).exists()
    assert CaseTask.objects.filter(case=file.case, body=new, state="open").exists()
    assert CaseBody.objects.filter(case=file.case, body=new).exists()
    assert people <= set(Membership.objects.filter(body=new).values_list("user_id", flat=True))
    assert after.state.seq == before.seq + 1
    assert after.events[-1].by.name == "何管理"
    assert bodies.carry(ADMIN, "reform").done == 0
    newcomer = specimen.official("reviewer", new)
    assert access.visible_cases(newcomer).filter(pk=file.case.pk).exists()
    assert town_module.body_name(new) in after.state.body_name(new)


def test_a_change_is_not_carried_before_its_day_nor_by_anybody(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with_change(monkeypatch, merger("yunxi_market", "yunxi_tobacco", tomorrow))
    told = bodies.carry(ADMIN, "reform")
    assert told.done == 0
    assert "执行" in told.why[0]
    with pytest.raises(NotAllowed):
        bodies.carry(specimen.official("senior", "yunxi_market"), "reform")
    with pytest.raises(NotAllowed):
        bodies.preview(specimen.person("liu"), "reform")


def test_the_duty_list_names_every_item_and_its_body(town: None) -> None:
    today = timezone.localdate()
    everything = bodies.duty_list(today)
    assert len(everything) == len(town_module.packs().catalogue.items)
    mine = bodies.duty_list(today, "yunxi_market")
    assert mine
    assert all(one.body == "yunxi_market" for one in mine)


# ---------------------------------------------------------------------------------------------- migration


def newer(key: str) -> Blueprint:
    """The same one-thing as a new version with one more step and one fewer."""
    of = town_module.current_blueprint(key)
    assert of is not None
    first = of.plan.steps[0]
    more = msgspec.structs.replace(first, key="extra.check", name="新增核对", when="true")
    decision = next(
        one for one in of.plan.steps if one.kind is StepKind.DECISION and set(one.items) & set(first.items)
    )
    edge = PlanEdge(before=more.key, after=decision.key, kind=EdgeKind.ORDER, why="先核对")
    plan = msgspec.structs.replace(of.plan, steps=(*of.plan.steps, more), edges=(*of.plan.edges, edge))
    fresh = msgspec.structs.replace(of, plan=plan, version=of.version + 1, digest="e" * 64)
    town_module.keep(fresh, timezone.now())
    BlueprintVersion.objects.filter(key=key).update(current=False)
    BlueprintVersion.objects.filter(pk="e" * 64).update(current=True)
    return fresh


def test_running_cases_move_to_a_new_version_after_a_preview_many_at_once(town: None) -> None:
    files = [specimen.accepted(), specimen.submitted(), specimen.accepted()]
    finished = specimen.accepted()
    for _scene in play.work(finished):
        pass
    target = newer(specimen.SERIAL)
    [behind] = moving.behind(ADMIN)
    assert (behind.key, behind.cases) == (specimen.SERIAL, 3)
    found, count = moving.prospects(ADMIN, specimen.SERIAL)
    assert count == 3
    assert all("增加环节：新增核对" in one.changes and not one.hindered for one in found)
    assert not Case.objects.filter(blueprint_id=target.digest).exists()
    moved = moving.move(ADMIN, specimen.SERIAL, None, "新版流程施行")
    assert (moved.done, moved.why) == (3, ())
    after = specimen.fresh(files[0])
    assert after.case.blueprint_id == target.digest
    assert "extra.check" in after.state.steps
    assert CaseTask.objects.filter(case=files[0].case, key="extra.check").exists()
    assert specimen.fresh(files[1]).case.blueprint_id == target.digest
    assert specimen.fresh(finished).case.blueprint_id != target.digest
    road.reproject(files[0].case.pk)
    assert moving.behind(ADMIN) == []
    file = specimen.fresh(files[0])
    for _scene in play.work(file):
        pass
    assert all(one.status is ItemStatus.APPROVED for one in specimen.fresh(file).state.items.values())


def test_a_senior_moves_the_cases_their_body_leads_and_nobody_else_any(town: None) -> None:
    file = specimen.accepted()
    newer(specimen.SERIAL)
    lead = specimen.official("senior", file.case.lead)
    assert moving.move(lead, specimen.SERIAL, [file.case.pk], "新版").done == 1
    with pytest.raises(NotAllowed):
        moving.behind(specimen.person("liu"))


def test_an_operator_previews_and_carries_over_in_the_terminal(
    town: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = specimen.accepted()
    old = file.state.open_steps[0].plan.bodies[0]
    with_change(monkeypatch, merger(old, "yunxi_tobacco", timezone.localdate()))

    def said(verb: ModuleType, code: int, **more: object) -> str:
        fields = {"json": False, "change": "reform", "carry": False, "by": "", "onething": "", "move": False}
        assert verb.run(Namespace(**{**fields, **more})) == code
        caught = capsys.readouterr()
        return caught.out + caught.err

    assert "示范机构改革" in said(bodies_verb, 0, change="")
    assert file.case.number in said(bodies_verb, 0)
    assert "1 of 1 running cases would change" in said(bodies_verb, 0)
    assert "no such" in said(bodies_verb, 2, carry=True, by="nobody")
    assert "no administrator" in said(bodies_verb, 2, carry=True, by="liu")
    assert "1 cases carried over" in said(bodies_verb, 0, carry=True, by="admin")
    newer(specimen.SERIAL)
    assert "1 running cases of older versions" in said(versions_verb, 0)
    assert "1 of 1 cases can move" in said(versions_verb, 0, onething=specimen.SERIAL)
    moving_now = {"onething": specimen.SERIAL, "move": True, "by": "admin", "reason": "新版"}
    assert "1 cases moved" in said(versions_verb, 0, **moving_now)


# ------------------------------------------------------------------------------------- systems of bodies


def test_what_lies_with_the_old_bodys_system_goes_to_the_new_ones_and_the_old_is_told(
    town: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.BANCHENG_HOME = tmp_path
    file, now = at_power(), timezone.now()
    step, new = step_of(file), "yunxi_tobacco"
    [theirs] = [one for one in town_module.packs().systems if one.key == SYSTEM]
    other = msgspec.structs.replace(theirs, key="new_office", name="新承办部门系统（示范）", body=new)
    changed = msgspec.structs.replace(town_module.packs(), systems=(theirs, other))
    for module in (exchange, exchange_routes):
        monkeypatch.setattr(module, "packs", lambda: changed)
    with_change(monkeypatch, merger(BODY, new, timezone.localdate()))
    exchange.run(now)
    assert specimen.fresh(file).state.exchange[sent_key(step, BODY)].out
    assert bodies.carry(ADMIN, "reform").done == 1
    moved = specimen.fresh(file).state.steps[step]
    assert (moved.plan.bodies, moved.owners) == ((new,), {}), (
        "no system of the old body holds it for the new one"
    )
    for turn in range(3):
        exchange.run(now + timedelta(minutes=turn))
    state = specimen.fresh(file).state
    assert state.exchange[sent_key(step, BODY)].status is SentStatus.RECALLED
    there = state.exchange[sent_key(step, new)]
    assert (there.system, there.out) == ("new_office", True)
    parcels = Parcel.objects.filter(direction=Parcel.OUT).order_by("created_at", "kind")
    assert sorted(parcels.values_list("system", "kind", "state")) == [
        ("new_office", "step", Parcel.SENT),
        (SYSTEM, "cancel", Parcel.SETTLED),
        (SYSTEM, "step", Parcel.SENT),
    ]
    told = [one.read_text() for one in (tmp_path / "exchange" / SYSTEM).rglob("message.json")]
    assert any('"cancel"' in one and "已由其他部门承担" in one for one in told)
    assert any("不再由" in one.words() for one in specimen.fresh(file).events)


def test_what_passes_to_a_body_without_a_system_is_done_by_its_people(
    town: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.BANCHENG_HOME = tmp_path
    file, now = at_power(), timezone.now()
    step, new = step_of(file), "yunxi_tobacco"
    with_change(monkeypatch, merger(BODY, new, timezone.localdate()))
    exchange.run(now)
    assert bodies.carry(ADMIN, "reform").done == 1
    exchange.run(now + timedelta(minutes=1))
    assert CaseTask.objects.get(case=file.case, key=step, body=new).state == "open"
    assert not specimen.fresh(file).state.exchange[sent_key(step, BODY)].out
