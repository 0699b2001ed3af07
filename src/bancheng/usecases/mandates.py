"""Granting, recording and taking back mandates; and a self-registered account tied to the person the town knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, QuerySet
from django.utils import timezone

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import (
    Place,
    Problem,
    ProblemsFound,
    check_id_number,
    normalise_id_number,
    parse_id_number,
    search_key,
)
from bancheng.store.models import Draft, Mandate, Message, Party, User
from bancheng.usecases.access import Actor, NotAllowed, NotFound, actor_for, record, valid_mandates
from bancheng.usecases.counter_people import party as party_at
from bancheng.usecases.counter_people import windows
from bancheng.usecases.identity import identify
from bancheng.usecases.mandate_scope import ACTS, KINDS
from bancheng.usecases.town import current_blueprints

MAY_GRANT = frozenset({Mandate.SELF, Mandate.REPRESENTATIVE, Mandate.ADMINISTRATOR, Mandate.PARENT})
"""In which capacity one may let others act: whoever was only entrusted hands nothing on."""
ONLINE_KINDS = (Mandate.AGENT, Mandate.HELPER, Mandate.EMPLOYER)
"""What a person may grant by themself; the others rest on papers that a clerk sees."""
PAPER_KINDS = (
    Mandate.AGENT,
    Mandate.HELPER,
    Mandate.EMPLOYER,
    Mandate.PARENT,
    Mandate.REPRESENTATIVE,
    Mandate.ADMINISTRATOR,
)
LONGEST = timedelta(days=3 * 366)
"""How long a mandate may last that names no longer paper."""
ADULT = 18


@dataclass(frozen=True)
class Wanted:
    """A mandate as somebody typed it: who is to act (number and name as on the ID), as what, in what, until when."""

    number: str
    name: str
    kind: str
    onething: str = ""
    acts: tuple[str, ...] = ()
    until: str = ""
    basis: str = ""


def of_party(party: UUID) -> QuerySet[Mandate]:
    """Who may act for a party and could before, newest first; the person themself is not listed."""
    rows = Mandate.objects.filter(party_id=party).exclude(kind=Mandate.SELF)
    return rows.select_related("user", "party").order_by("revoked_at", "-created_at")


def mine(actor: Actor) -> QuerySet[Mandate]:
    """Whom the actor may act for, themself left out."""
    rows = valid_mandates(timezone.localdate()).filter(user_id=actor.user_id)
    return rows.exclude(kind=Mandate.SELF).select_related("party").order_by("party__name", "id")


def grantable(actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """The parties for whom the actor may let others act, with their names."""
    return tuple(
        dict.fromkeys(
            (one.party, one.name) for one in actor.acting if one.kind in MAY_GRANT and not one.onething
        )
    )


def grant(actor: Actor, party: UUID, wanted: Wanted) -> Mandate:
    """A person lets another act for them or their company.

    Raises:
        NotAllowed: the party is not theirs to speak for.
        ProblemsFound: placed by ``number name kind until acts onething``.
    """
    if party not in {key for key, _ in grantable(actor)}:
        raise NotAllowed("mandate")
    return _make(actor, Party.objects.get(pk=party), wanted, ONLINE_KINDS, paper=False)


def record_paper(actor: Actor, party: UUID, wanted: Wanted) -> Mandate:
    """A clerk writes down a mandate whose paper they saw, never one for themself.

    The administrator of a bankrupt company takes over from everybody who acted for it before (企业破产法 art. 25).

    Raises:
        NotFound: no such party, or no window.
        ProblemsFound: as `grant`, and ``basis``.
    """
    found = party_at(actor, party)
    with transaction.atomic():
        made = _make(actor, found, wanted, PAPER_KINDS, paper=True)
        if made.kind == Mandate.ADMINISTRATOR:
            for other in of_party(party).filter(revoked_at=None).exclude(pk=made.pk):
                _take_back(actor, other, "破产管理人接管")
    return made


def _make(actor: Actor, party: Party, wanted: Wanted, kinds: Collection[str], *, paper: bool) -> Mandate:
    user, problems = _holder(wanted)
    until, wrong = _until(party, wanted, paper=paper)
    problems += wrong
    if wanted.kind not in kinds:
        problems.append(Problem("mandate.kind", "请选择身份。", Place(path="kind")))
    if not set(wanted.acts) <= ACTS.keys():
        problems.append(Problem("mandate.acts", "请选择可以办的事。", Place(path="acts")))
    if wanted.onething and wanted.onething not in current_blueprints():
        problems.append(Problem("mandate.onething", "没有这件事。", Place(path="onething")))
    if paper and not wanted.basis.strip():
        words = "请写明法院文书的案号。" if wanted.kind == Mandate.ADMINISTRATOR else "请写明看到的证明材料。"
        problems.append(Problem("mandate.basis", words, Place(path="basis")))
    problems += _fits(party, wanted)
    if user is not None and user.pk == actor.user_id:
        words = "不能登记给自己，请由其他窗口人员办理。" if paper else "不用授权给自己。"
        problems.append(Problem("mandate.self", words, Place(path="number")))
    if problems or user is None:
        raise ProblemsFound(tuple(problems))
    values = {
        "acts": sorted(set(wanted.acts)),
        "valid_until": until,
        "basis": wanted.basis.strip()[:200],
        "granted_by": "" if paper else actor.id,
        "recorded_by": actor.name if paper else "",
    }
    try:
        with transaction.atomic():
            made = Mandate.objects.create(
                user=user, party=party, kind=wanted.kind, onething=wanted.onething, **values
            )
    except IntegrityError:
        words = "已经有一份同样的授权，请先收回再重新授权。"
        raise ProblemsFound((Problem("mandate.twice", words, Place(path="number")),)) from None
    record(actor, "mandate.grant", f"mandate:{made.pk}", wanted.basis.strip()[:200] or KINDS[made.kind])
    text = f"您可以以{KINDS[made.kind]}的身份替{party.name}办事。"
    Message.objects.create(user=user, title="有人授权您替其办事", text=text)
    return made


def _holder(wanted: Wanted) -> tuple[User | None, list[Problem]]:
    number = normalise_id_number(wanted.number)
    wrong = check_id_number(number)
    if wrong is not None:
        return None, [wrong.at(Place(path="number"))]
    own = Mandate.objects.filter(
        kind=Mandate.SELF, party__number=number, party__search_key=search_key(wanted.name)
    )
    found = own.select_related("user").first()
    if found is None:
        problem = Problem(
            "mandate.nobody",
            "没有找到这个姓名和号码的账号。",
            Place(path="number"),
            "请核对姓名和身份证号码；对方要先有核实过身份的账号。",
        )
        return None, [problem]
    return found.user, []


def _until(party: Party, wanted: Wanted, *, paper: bool) -> tuple[date | None, list[Problem]]:
    today = timezone.localdate()
    lasting = paper and wanted.kind in {Mandate.REPRESENTATIVE, Mandate.ADMINISTRATOR, Mandate.PARENT}
    grown = _grown_up(party) if wanted.kind == Mandate.PARENT else None
    if not wanted.until and lasting:
        return grown, []
    try:
        day = date.fromisoformat(wanted.until)
    except ValueError:
        return None, [Problem("mandate.until", "请填写到哪一天为止。", Place(path="until"))]
    if day < today or (not lasting and day > today + LONGEST):
        return None, [Problem("mandate.until", "截止日期应在今天之后，最长三年。", Place(path="until"))]
    return min(day, grown) if grown else day, []


def _grown_up(party: Party) -> date | None:
    """The last day of childhood, where the number tells it."""
    parsed = parse_id_number(party.number) if party.number and not check_id_number(party.number) else None
    if parsed is None:
        return None
    born = parsed.birth
    year = born.year + ADULT
    birthday = date(year, 3, 1) if (born.month, born.day) == (2, 29) else date(year, born.month, born.day)
    return birthday - timedelta(days=1)


def _fits(party: Party, wanted: Wanted) -> list[Problem]:
    company = party.subject == Subject.COMPANY.value
    wrong = ""
    if wanted.kind in {Mandate.REPRESENTATIVE, Mandate.ADMINISTRATOR} and not company:
        wrong = "这种身份只用于单位。"
    if wanted.kind in {Mandate.PARENT, Mandate.EMPLOYER} and company:
        wrong = "这种身份只用于个人。"
    grown = _grown_up(party) if wanted.kind == Mandate.PARENT else None
    if grown is not None and grown < timezone.localdate():
        wrong = "这个人已经成年，请由本人授权。"
    return [Problem("mandate.fits", wrong, Place(path="kind"))] if wrong else []


def take_back(actor: Actor, mandate: int, reason: str = "") -> Mandate:
    """Taken back by whoever may grant it, given up by its holder, or ended by a clerk with a reason. At once.

    What rests on a paper (representative, administrator, parent) only a clerk ends: nobody locks out another here.

    Raises:
        NotFound: none that they may end, or ended already.
        ProblemsFound: a clerk gave no reason.
    """
    found = Mandate.objects.filter(pk=mandate, revoked_at=None).exclude(kind=Mandate.SELF)
    one = found.select_related("party", "user").first()
    if one is None:
        raise NotFound("mandate")
    giver = one.party_id in {key for key, _ in grantable(actor)}
    theirs = one.kind in ONLINE_KINDS and (giver or one.user_id == actor.user_id)
    if not theirs:
        if not windows(actor):
            raise NotFound("mandate")
        if not reason.strip():
            raise ProblemsFound((Problem("mandate.reason", "请写明理由。", Place(path="reason")),))
    return _take_back(actor, one, reason.strip())


def _take_back(actor: Actor, one: Mandate, reason: str) -> Mandate:
    now: datetime = timezone.now()
    with transaction.atomic():
        done = Mandate.objects.filter(pk=one.pk, revoked_at=None).update(revoked_at=now, revoked_by=actor.id)
        if not done:
            raise NotFound("mandate")
        # What the holder began for the party is the party's no more to be finished by them; it stays theirs to see
        # only through another mandate (`visible_drafts`).
        record(actor, "mandate.revoke", f"mandate:{one.pk}", reason[:300])
        text = f"您以{KINDS[one.kind]}的身份替{one.party.name}办事的授权已经结束。"
        Message.objects.create(user=one.user, title="一份授权已经结束", text=text)
    one.refresh_from_db()
    return one


# ------------------------------------------------------------------------------------------------ accounts


def verify_account(actor: Actor, username: str, name: str, number: str) -> Party:
    """A clerk saw the ID paper of somebody who registered by themself: the account is theirs from now on, with
    everything the town knows of this person and everything they began before.

    Raises:
        NotAllowed: no window.
        ProblemsFound: placed by ``username name number``.
    """
    if not windows(actor):
        raise NotAllowed("verify")
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise ProblemsFound((Problem("verify.account", "没有这个用户名。", Place(path="username")),))
    if user.pk == actor.user_id or user.memberships.exists():
        words = "工作人员的账号由系统管理员核实。"
        raise ProblemsFound((Problem("verify.official", words, Place(path="username")),))
    plain = normalise_id_number(number)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        known = Party.objects.filter(subject=Subject.PERSON.value, number=plain).first() if plain else None
        own = Mandate.objects.filter(user=user, kind=Mandate.SELF).select_related("party").first()
        if own is not None and known is not None and own.party_id != known.pk and not own.party.number:
            _merge(actor, own, known, name)
        problem = identify(user, name, number)
        if problem is not None:
            place = problem.place if problem.place.path else Place(path="number")
            raise ProblemsFound((Problem(problem.code, problem.message, place, problem.suggestion),))
        party = actor_for(user).own
        if party is None:
            raise NotFound("party")
        record(actor, "identity.seen", f"user:{user.pk}", "窗口核对身份证件")
        Message.objects.create(
            user=user, title="身份已核实", text="窗口已经核对您的证件，以后能替您填的会替您填好。"
        )
    return Party.objects.get(pk=party.party)


def _merge(actor: Actor, own: Mandate, known: Party, name: str) -> None:
    """The party of a declared name becomes the one the town knows: all that was about it is about that one."""
    declared = own.party
    problems = []
    if search_key(name) != known.search_key or declared.search_key != known.search_key:
        words = "证件上的姓名与登记的或账号自报的姓名不一致，没有合并。"
        problems.append(Problem("verify.name", words, Place(path="name")))
    if Mandate.objects.filter(kind=Mandate.SELF, party=known).exclude(user=own.user).exists():
        words = "这个人已经有一个核实过的账号。"
        problems.append(Problem("verify.twice", words, Place(path="username"), "请用原来的账号登录。"))
    if problems:
        raise ProblemsFound(tuple(problems))
    for relation in Party._meta.get_fields():  # noqa: SLF001 - reason: the documented way to a model's relations
        if not isinstance(relation, ManyToOneRel):
            continue
        name_of = relation.field.name
        # Through the plain manager: every model has one, whatever it is called.
        for row in relation.field.model._default_manager.filter(**{name_of: declared}):  # noqa: SLF001 - reason: as said
            try:
                with transaction.atomic():
                    setattr(row, name_of, known)
                    row.save(update_fields=[name_of])
            except IntegrityError:
                # The known party has the like already (a mandate given twice): one is enough.
                row.delete()
    Draft.objects.filter(party=known).update(known=None, known_at=None)
    gone = str(declared.pk)
    declared.delete()
    record(actor, "identity.merge", f"party:{known.pk}", f"party:{gone}")
