"""A person who registered herself: asked for her name where it is needed, and on to a number."""

import re
from typing import Any

from django.test import Client
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, seen_on, words
from tests.web.public.test_preparing import walk

from bancheng.store.models import Case, Draft, Mandate, Party, User
from bancheng.usecases import access, apply, play

SECRET = "a-long-enough-secret-2026"
ALONE = {
    "parents_married": "false",
    "father_known": "false",
    "mother_insured": "false",
    "household_kind": "family",
    "household_follow": "mother",
    "baby_born_in_province": "true",
    "baby_first_certificate": "true",
    "baby_birth_date": "2026-11-05",
}


def register(client: Client, username: str = "hetianzi") -> User:
    """Make an account by the page for it."""
    told = {"username": username, "password1": SECRET, "password2": SECRET}
    assert client.post("/accounts/signup/", told).status_code == 302
    return User.objects.get(username=username)


def fill(user: User) -> None:
    """Everything the form asks, typed; every paper given."""
    actor = access.actor_for(user)
    prepared, _ = play.fill(actor, apply.prepare(actor, Draft.objects.get(user=user)))
    play.give_papers(actor, prepared)


def declared(client: Client, name: str = "何自填") -> Any:
    """From the guide past the page that asks who one is."""
    walk(client, "newborn", ALONE)
    return client.post(f"/apply/{Draft.objects.latest('created_at').pk}/who/", {"name": name}, follow=True)


def test_a_self_registered_person_declares_her_name_and_submits(visitor: Client, sign_in: SignIn) -> None:
    user = register(visitor)
    walk(visitor, "newborn", ALONE)
    draft = Draft.objects.get()
    tasks = f"/apply/{draft.pk}/"
    for needs_somebody in (tasks, f"{tasks}for/", f"{tasks}check/"):
        page = visitor.get(needs_somebody, follow=True)
        assert page.request["PATH_INFO"] == f"{tasks}who/"
    said = words(page)
    assert "您是谁？" in said
    assert "没有核实身份，我们查不到您的资料，要您自己填" in said
    answers = Draft.objects.get().answers
    onward = visitor.post(f"{tasks}who/", {"name": "何自填"}, follow=True)
    assert onward.request["PATH_INFO"] == tasks
    assert "替谁办 已填好 何自填" in words(onward)
    assert "已替您填好" not in words(onward)
    assert Draft.objects.get().answers == answers
    assert "何自填 我自己 · 身份未核实" in words(visitor.get(f"{tasks}for/"))
    fill(user)
    check = visitor.get(f"{tasks}check/")
    boxes = dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)"', check.content.decode()), "yes")
    done = visitor.post(f"{tasks}check/", {**boxes, **seen_on(check), "declared": "yes"}, follow=True)
    case = Case.objects.get()
    assert done.request["PATH_INFO"] == f"/cases/{case.number}/done/"
    assert case.party.name == "何自填"
    assert case.number in visitor.get("/cases/").content.decode()
    assert "身份未核实" in words(sign_in("clerk").get(f"/counter/cases/{case.number}/"))


def test_a_wrong_name_is_told_and_kept_and_nothing_is_made(visitor: Client) -> None:
    register(visitor)
    page = declared(visitor, "何2")
    assert page.status_code == 422
    assert "姓名里有数字" in words(page)
    assert "#f-name" in links(page)
    assert 'value="何2"' in page.content.decode()
    assert not Party.objects.filter(number="", subject="person", name__startswith="何").exists()


def test_declaring_the_same_name_shows_nothing_of_the_other(visitor: Client) -> None:
    file = play.whole("newborn")
    register(visitor)
    page = declared(visitor, file.case.party.name)
    assert file.case.party.name in words(page)
    assert file.case.number not in visitor.get("/cases/").content.decode()
    assert visitor.get(f"/cases/{file.case.number}/").status_code == 404
    for group in links(page, "/form/"):
        assert "已经替您填好" not in words(visitor.get(group))


def test_whoever_is_somebody_is_not_asked_again(sign_in: SignIn) -> None:
    mother = sign_in("xi")
    actor = specimen.person("xi")
    draft = apply.start(actor, "newborn")
    page = mother.get(f"/apply/{draft.pk}/who/")
    assert page["Location"] == f"/apply/{draft.pk}/for/"
    mother.post(f"/apply/{draft.pk}/who/", {"name": "另一个人"})
    assert specimen.person("xi").own == actor.own


def test_a_companys_matter_asks_for_its_representative_and_not_for_a_name(visitor: Client) -> None:
    register(visitor)
    walk(visitor)
    draft = Draft.objects.get()
    page = visitor.get(f"/apply/{draft.pk}/who/", follow=True)
    assert page.request["PATH_INFO"] == f"/apply/{draft.pk}/for/"
    said = words(page)
    assert "单位的事由它的负责人来办" in said
    assert "统一身份认证" in said
    assert "窗口" in said


def test_nobody_declares_on_somebody_elses_draft(visitor: Client, sign_in: SignIn) -> None:
    draft = apply.start(specimen.person("xi"), "newborn")
    register(visitor)
    assert visitor.post(f"/apply/{draft.pk}/who/", {"name": "何自填"}).status_code == 404
    assert not Party.objects.filter(name="何自填").exists()


def test_a_bureau_sees_that_nobody_has_checked_who_it_is(visitor: Client, sign_in: SignIn) -> None:
    user = register(visitor)
    declared(visitor)
    fill(user)
    actor = access.actor_for(user)
    file = play.accept(play.hand_in(actor, apply.prepare(actor, Draft.objects.get())))
    body = file.state.open_steps[0].plan.bodies[0]
    reviewer = specimen.official("reviewer", body)
    desk = sign_in(User.objects.get(pk=reviewer.user_id).username)
    assert "身份未核实" in words(desk.get(f"/bureau/{file.case.number}/"))
    known = play.accept(specimen.submitted("newborn"))
    assert "身份未核实" not in words(desk.get(f"/bureau/{known.case.number}/"))


def test_an_agent_of_another_may_also_declare_to_apply_for_herself(visitor: Client) -> None:
    user = register(visitor)
    mother = Party.objects.get(number="999999199604121049")
    Mandate.objects.create(user=user, party=mother, kind=Mandate.AGENT)
    walk(visitor, "newborn", ALONE)
    draft = Draft.objects.get()
    assert draft.party == mother
    page = visitor.get(f"/apply/{draft.pk}/for/")
    assert f"/apply/{draft.pk}/who/" in links(page)
    visitor.post(f"/apply/{draft.pk}/who/", {"name": "何自填"})
    draft.refresh_from_db()
    assert draft.party is not None
    assert draft.party.name == "何自填"
    assert not apply.prepare(access.actor_for(user), draft).known.values
