"""Who may see what: every road to a case, by every kind of actor; and drafts, files and results."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Phase, commands
from bancheng.store.models import AuditEntry, Mandate, Membership, Upload, User
from bancheng.usecases import access, apply, casework, letters, play, results, submission, uploads
from bancheng.usecases.access import ANONYMOUS, MACHINE, Actor, NotAllowed, NotFound
from bancheng.usecases.casework import CaseFile

pytestmark = pytest.mark.usefixtures("town")


@dataclass(frozen=True)
class Setting:
    """A finished case, and whoever looks at it."""

    file: CaseFile
    upload: Upload


@pytest.fixture
def setting(town: None) -> Setting:
    file = play.whole(specimen.SERIAL)
    upload = Upload.objects.filter(case=file.case).order_by("document")[0]
    return Setting(file, upload)


def _somebody(name: str, **mandate: Any) -> Actor:
    user = User.objects.create_user(name, display_name=name)
    if mandate:
        Mandate.objects.create(user=user, **mandate)
    return access.actor_for(user)


def _post(role: str, body: str) -> Actor:
    user = User.objects.create_user(f"{role}-{body}")
    Membership.objects.create(user=user, role=role, body=body)
    return access.actor_for(user)


def _agent(case: CaseFile, onething: str = "", until: int | None = None) -> Actor:
    day = timezone.localdate() + timedelta(days=until) if until is not None else None
    return _somebody("agent", party=case.case.party, kind=Mandate.AGENT, onething=onething, valid_until=day)


def _body_without_part(file: CaseFile) -> str:
    return next(
        body
        for body in Membership.objects.order_by("body").values_list("body", flat=True)
        if body and body not in file.state.bodies
    )


def _late_body(file: CaseFile) -> str:
    first = file.state.submission
    assert first is not None
    return next(body for body in reversed(file.state.bodies) if body != first.receiving_body)


WHO: dict[str, tuple[Callable[[CaseFile], Actor], bool]] = {
    "nobody": (lambda _: ANONYMOUS, False),
    "the applicant": (specimen.applicant_of, True),
    "another citizen": (lambda _: specimen.person("wang"), False),
    "a second representative": (
        lambda file: _somebody("partner", party=file.case.party, kind=Mandate.REPRESENTATIVE),
        True,
    ),
    "an agent": (_agent, True),
    "an agent for this matter": (lambda file: _agent(file, file.case.onething), True),
    "an agent for another matter": (lambda file: _agent(file, "retirement"), False),
    "an agent until today": (lambda file: _agent(file, until=0), True),
    "an agent until yesterday": (lambda file: _agent(file, until=-1), False),
    "the window": (specimen.clerk_of, True),
    "a body of the case": (lambda file: _post("reviewer", file.state.bodies[1]), True),
    "a body that comes later": (lambda file: _post("inspector", _late_body(file)), True),
    "a body without part": (lambda file: _post("reviewer", _body_without_part(file)), False),
    "an item manager of a body of the case": (
        lambda file: _post("item_manager", file.state.bodies[1]),
        False,
    ),
    "an administrator": (lambda _: _post("administrator", ""), False),
    "a manager here who reviews elsewhere": (
        lambda file: _two_posts(file.state.bodies[1], _body_without_part(file)),
        False,
    ),
    "supervision": (lambda _: _post("supervisor", ""), True),
    "the machine": (lambda _: MACHINE, True),
}


def _two_posts(manages: str, reviews: str) -> Actor:
    user = User.objects.create_user("two")
    Membership.objects.create(user=user, role="item_manager", body=manages)
    Membership.objects.create(user=user, role="reviewer", body=reviews)
    return access.actor_for(user)


READS: dict[str, Callable[[Actor, Setting], object]] = {
    "case by id": lambda actor, at: access.visible_case(actor, at.file.case.pk),
    "case by number": lambda actor, at: access.visible_case(actor, at.file.case.number),
    "file": lambda actor, at: casework.open_case(actor, at.file.case.number),
    "results": lambda actor, at: results.my_results(actor, at.file.case.number),
    "result": lambda actor, at: results.open_result(actor, at.file.case.results.all()[0].pk),
    "slip": lambda actor, at: letters.slip(actor, at.file.case.number, 1),
}


def test_each_road_to_a_case_is_open_to_these_and_no_others(setting: Setting) -> None:
    opened = {}
    for who, (make, _) in WHO.items():
        actor = make(setting.file)
        opened[who] = {name: _open(read, actor, setting) for name, read in READS.items()}
        opened[who]["list"] = access.visible_cases(actor).filter(pk=setting.file.case.pk).count() == 1
        _forget(actor)
    assert opened == {who: dict.fromkeys((*READS, "list"), sees) for who, (_, sees) in WHO.items()}


def test_who_may_not_see_a_case_cannot_act_on_it_or_open_its_files(setting: Setting) -> None:
    for make in (make for make, sees in WHO.values() if not sees):
        actor = make(setting.file)
        with pytest.raises(NotFound):
            casework.act(actor, setting.file.case.number, commands.Rate(level=1))
        with pytest.raises(NotFound):
            uploads.open_upload(actor, setting.upload.pk)
        _forget(actor)
    assert specimen.fresh(setting.file).state.seq == setting.file.state.seq


def _open(read: Callable[[Actor, Setting], object], actor: Actor, setting: Setting) -> bool:
    try:
        return bool(read(actor, setting))
    except NotFound:
        return False


def _forget(actor: Actor) -> None:
    """Make room for the next with the same name."""
    User.objects.filter(pk=actor.user_id, is_demo=False).delete()


def test_a_missing_case_and_a_hidden_one_look_the_same(setting: Setting) -> None:
    wang = specimen.person("wang")
    told = []
    for number in (setting.file.case.number, "99999920260101000001"):
        with pytest.raises(NotFound) as refused:
            access.visible_case(wang, number)
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_a_body_opens_the_files_of_its_own_items_only_and_the_look_is_written_down(setting: Setting) -> None:
    of = {one.document: set(one.items) for one in apply.blueprint(setting.file.case.blueprint_id).materials}
    items = {body: set() for body in setting.file.state.bodies[1:]}
    for step in setting.file.state.steps.values():
        for body in (*step.plan.bodies, *step.plan.asks):
            items[body] |= set(step.plan.items)
    seen = set()
    for body, mine in items.items():
        actor = _post("reviewer", body)
        for upload in Upload.objects.filter(case=setting.file.case):
            needed = bool(of[upload.document] & mine)
            seen.add(needed)
            before = AuditEntry.objects.count()
            if needed:
                assert uploads.open_upload(actor, upload.pk)[1]
            else:
                with pytest.raises(NotFound):
                    uploads.open_upload(actor, upload.pk)
            assert AuditEntry.objects.count() - before == int(needed)
    assert seen == {True, False}


def test_the_applicant_opens_their_own_file_without_an_audit_entry(setting: Setting) -> None:
    assert uploads.open_upload(specimen.applicant_of(setting.file), setting.upload.pk)[1]
    assert AuditEntry.objects.count() == 0


def test_a_file_in_quarantine_is_shown_to_nobody(setting: Setting) -> None:
    Upload.objects.filter(pk=setting.upload.pk).update(state=Upload.QUARANTINED)
    for actor in (specimen.applicant_of(setting.file), specimen.clerk_of(setting.file)):
        with pytest.raises(NotFound):
            uploads.open_upload(actor, setting.upload.pk)


def test_nobody_decides_their_own_matter() -> None:
    file = specimen.submitted()
    user = User.objects.get(pk=file.case.applicant_id)
    assert file.state.submission is not None
    body = file.state.submission.receiving_body
    Membership.objects.create(user=user, role="clerk", body=body)
    with pytest.raises(CommandRefused):
        casework.act(access.actor_for(user), file.case.number, commands.Accept(), body=body)
    assert specimen.fresh(file).state.phase is Phase.RECEIVED


def test_naming_a_body_one_does_not_work_for_is_refused() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    actor, body, claim = specimen.claims(file)[0]
    other = next(one for one in file.state.bodies if one not in actor.bodies)
    with pytest.raises(CommandRefused):
        casework.act(actor, file.case.number, claim, body=other)
    assert casework.act(actor, file.case.number, claim, body=body).state.seq == file.state.seq + 1


# --------------------------------------------------------------------------------------------- drafts


def test_a_draft_is_its_owners_and_nobody_elses() -> None:
    actor, preparation = specimen.draft()
    draft = preparation.draft
    assert apply.open_draft(actor, draft.pk).pk == draft.pk
    for other in (ANONYMOUS, specimen.person("wang"), MACHINE):
        for held in ((), (str(draft.pk),)):
            with pytest.raises(NotFound):
                apply.open_draft(other, draft.pk, held)
        assert apply.my_drafts(other) == []
    upload = preparation.uploads[0]
    assert uploads.open_upload(actor, upload.pk)[1]
    for other in (ANONYMOUS, specimen.person("wang"), specimen.official("clerk", "yunxi_approval_bureau")):
        with pytest.raises(NotFound):
            uploads.open_upload(other, upload.pk)


def test_a_draft_begun_before_sign_in_belongs_to_the_session_and_then_to_the_account() -> None:
    draft = apply.start(ANONYMOUS, specimen.SERIAL)
    with pytest.raises(NotFound):
        apply.open_draft(ANONYMOUS, draft.pk)
    with pytest.raises(NotFound):
        apply.open_draft(specimen.person("wang"), draft.pk)
    held = (str(draft.pk),)
    assert apply.open_draft(ANONYMOUS, draft.pk, held).party is None
    zhang = specimen.person("zhang")
    adopted = apply.open_draft(zhang, draft.pk, held)
    assert adopted.user_id == zhang.user_id
    assert adopted.party is not None
    assert adopted.party.subject == "company"
    with pytest.raises(NotFound):
        apply.open_draft(specimen.person("wang"), draft.pk, held)
    with pytest.raises(NotFound):
        apply.open_draft(ANONYMOUS, draft.pk, held)


def test_a_draft_closes_when_its_mandate_ends() -> None:
    file = specimen.submitted()
    agent = _agent(file, until=0)
    draft = apply.start(agent, specimen.SERIAL, file.case.party_id)
    preparation = apply.prepare(agent, draft)
    Mandate.objects.filter(user_id=agent.user_id).update(valid_until=timezone.localdate() - timedelta(days=1))
    later = access.actor_for(User.objects.get(pk=agent.user_id))
    with pytest.raises(NotFound):
        apply.open_draft(later, draft.pk)
    assert apply.my_drafts(later) == []
    play.fill(agent, preparation)
    ready = play.give_papers(agent, apply.prepare(agent, draft))
    ready, _ = play.fill(agent, ready)
    with pytest.raises(NotFound):
        submission.submit(later, play.give_papers(agent, ready), declared=True)


def test_nobody_starts_for_a_party_without_a_mandate_or_at_a_window_without_a_post() -> None:
    party = specimen.submitted().case.party_id
    for channel in ("online", "window"):
        with pytest.raises(NotAllowed):
            apply.start(specimen.person("wang"), specimen.SERIAL, party, channel)
    with pytest.raises(NotAllowed):
        apply.start(specimen.person("wang"), specimen.SERIAL, uuid4())
    clerk = specimen.official("clerk", "yunxi_approval_bureau")
    assert apply.start(clerk, specimen.SERIAL, party, "window").party_id == party
    assert apply.start(clerk, specimen.SERIAL, None, "window").party_id is None


def test_a_discarded_draft_takes_its_files_along(django_capture_on_commit_callbacks: Any) -> None:
    before = specimen.stored_files()
    actor, preparation = specimen.draft()
    assert len(specimen.stored_files()) > len(before)
    with django_capture_on_commit_callbacks(execute=True):
        apply.discard(actor, preparation.draft.pk)
    assert specimen.stored_files() == before
    assert not Upload.objects.exists()
