"""免申即享 by API: comparisons, lists and their grants, samples, answers, objections, batches, as on the pages.

Money is in fen. Acts said twice happen once: a sample or an answer that holds already changes nothing, and a batch
asked for again with the same `seen` is the one that was made.
"""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from bancheng.api import _grants, _show
from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.usecases import benefit_runs, granting, granting_money, paper_consent, rolls
from bancheng.usecases.benefits import OFFICERS
from bancheng.usecases.paper_consent import Answer
from bancheng.usecases.rolls import Roll

router = Router()
_DOERS = granting.DOERS
_FILE = dict.fromkeys((401, 403, 404, 429), out.ProblemDocument)


class SampleIn(Schema):
    """One of the sample compared with the papers; what does not hold needs a note."""

    passed: bool
    note: str = ""


class GrantAnswerIn(Schema):
    """What one subject said, and how they were asked (as 电话)."""

    wanted: bool
    how: str
    reason: str = ""


class PaperAnswerIn(Schema):
    """What one of many said; `grant` is the id of their line."""

    grant: int
    wanted: bool
    reason: str = ""


class PaperAnswersIn(Schema):
    """What many said on paper: all is written down or nothing. `text`: the digest of the words they signed; without
    one, the words of today."""

    how: str
    text: str = ""
    answers: list[PaperAnswerIn] = Field(max_length=paper_consent.MOST)


class PaperAnswersOut(Schema):
    """How many changed to wanted, and to not wanted."""

    wanted: int
    refused: int


class ObjectionAnswerIn(Schema):
    """The answer to an objection; the reason is shown to who objected."""

    outcome: Literal["upheld", "partly", "denied"]
    reason: str


class AskBatchIn(Schema):
    """`seen`: how many batches the list had when the caller looked (`batches` of the list)."""

    seen: int | None = None


class SecondIn(Schema):
    """What the second person says; sent back it needs a reason."""

    agree: bool
    words: str = ""


def _roll(request: HttpRequest, policy: str, period: str) -> Roll:
    return rolls.roll(actor_of(request), policy, period)


def _grant(request: HttpRequest, one: Roll, pk: int) -> Any:
    return _grants.grant(one, granting.open_grant(actor_of(request), one, pk))


# ------------------------------------------------------------------------------------------- comparisons


@router.get(
    "/comparisons",
    response={200: list[_grants.ComparisonOut], **out.PROBLEMS},
    summary="Comparisons of everybody with the rules (比对)",
)
@allow(*OFFICERS)
def comparisons(request: HttpRequest, limit: Query[int] = 10, offset: Query[int] = 0) -> Any:
    """The newest first, with the figures of the policies on this desk."""
    actor = actor_of(request)
    rows = _show.some(benefit_runs.comparisons(actor), limit, offset)
    return [_grants.comparison(actor, one) for one in rows]


@router.get(
    "/comparisons/{key}", response={200: _grants.ComparisonOut, **out.PROBLEMS}, summary="One comparison"
)
@allow(*OFFICERS)
def comparison(request: HttpRequest, key: Path[UUID]) -> Any:
    """People and money by policy and division."""
    actor = actor_of(request)
    return _grants.comparison(actor, benefit_runs.comparison(actor, key))


# ------------------------------------------------------------------------------------------------- lists


@router.get(
    "/rolls", response={200: list[_grants.RollLine], **out.PROBLEMS}, summary="Lists of this desk (发放名单)"
)
@allow(*OFFICERS)
def lists(request: HttpRequest) -> Any:
    """One for each policy and period, the newest first."""
    return [_grants.roll_line(one) for one in rolls.rolls(actor_of(request))]


@router.get(
    "/rolls/{policy}/{period}",
    response={200: _grants.RollOut, **out.PROBLEMS},
    summary="A list in numbers: how far it is, what can be paid, what stands in the way",
)
@allow(*OFFICERS)
def roll(request: HttpRequest, policy: Path[str], period: Path[str]) -> Any:
    """Nothing is changed by reading it."""
    return _grants.roll(_roll(request, policy, period), timezone.localdate())


@router.get(
    "/rolls/{policy}/{period}/grants",
    response={200: _grants.GrantPage, **out.PROBLEMS},
    summary="Who stands on a list",
)
@allow(*OFFICERS)
def grants(
    request: HttpRequest,
    policy: Path[str],
    period: Path[str],
    q: str = "",
    state: str = "",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """By number, names masked; `q` a number, an identity number or the beginning of a name; `state` a stage, or
    sample, failed, silent, objection. At most 100 at a time."""
    one = _roll(request, policy, period)
    rows = rolls.narrowed(one, q[:60], state)
    return {"count": rows.count(), "items": _grants.grant_lines(one, list(_show.some(rows, limit, offset)))}


@router.get(
    "/rolls/{policy}/{period}/grants/{pk}",
    response={200: _grants.GrantOut, **out.PROBLEMS},
    summary="One grant with its events",
)
@allow(*OFFICERS)
def grant(request: HttpRequest, policy: Path[str], period: Path[str], pk: Path[int]) -> Any:
    """What happened from the first run on, and what stands between it and its money."""
    return _grant(request, _roll(request, policy, period), pk)


@router.post(
    "/rolls/{policy}/{period}/grants/{pk}/sample",
    response={200: _grants.GrantOut, **out.PROBLEMS},
    summary="Write down how one of the sample compares with the papers (抽查)",
)
@allow(*_DOERS)
def sample(request: HttpRequest, policy: Path[str], period: Path[str], pk: Path[int], given: SampleIn) -> Any:
    """Of the body that answers for the policy. One that failed stops the whole list until somebody decides."""
    one = _roll(request, policy, period)
    granting.check(actor_of(request), one, pk, given.passed, given.note, timezone.now())
    return _grant(request, one, pk)


@router.post(
    "/rolls/{policy}/{period}/grants/{pk}/answer",
    response={200: _grants.GrantOut, **out.PROBLEMS},
    summary="Write down whether one subject wants it (代记答复)",
)
@allow(*_DOERS)
def answer(
    request: HttpRequest, policy: Path[str], period: Path[str], pk: Path[int], given: GrantAnswerIn
) -> Any:
    """Kept with the words of consent and who wrote it down."""
    one = _roll(request, policy, period)
    granting.write_answer(actor_of(request), one, pk, given.wanted, given.how, given.reason, timezone.now())
    return _grant(request, one, pk)


@router.post(
    "/rolls/{policy}/{period}/answers",
    response={200: PaperAnswersOut, **out.PROBLEMS},
    summary="Write down what many said on paper, all or nothing",
)
@allow(*_DOERS)
def answers(request: HttpRequest, policy: Path[str], period: Path[str], given: PaperAnswersIn) -> Any:
    """Kept with the version of the words they signed and who wrote it down."""
    one = _roll(request, policy, period)
    said = [Answer(pk=each.grant, wanted=each.wanted, reason=each.reason) for each in given.answers]
    text = given.text or granting.consent_digest(one.policy)
    yes, no = paper_consent.note(actor_of(request), one, said, given.how, text, timezone.now())
    return PaperAnswersOut(wanted=yes, refused=no)


@router.get(
    "/rolls/{policy}/{period}/objections",
    response={200: list[_grants.ObjectionOut], **out.PROBLEMS},
    summary="Objections to a list",
)
@allow(*OFFICERS)
def objections(
    request: HttpRequest,
    policy: Path[str],
    period: Path[str],
    waiting: bool = True,
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """Those that wait for an answer, or those answered; the oldest first, at most 100 at a time."""
    rows = granting.objections(_roll(request, policy, period), waiting)
    return [_grants.objection(one) for one in _show.some(rows, limit, offset)]


@router.post(
    "/rolls/{policy}/{period}/objections/{code}",
    response={200: _grants.ObjectionOut, **out.PROBLEMS},
    summary="Answer an objection (异议)",
)
@allow("senior")
def answer_objection(
    request: HttpRequest, policy: Path[str], period: Path[str], code: Path[str], given: ObjectionAnswerIn
) -> Any:
    """By the head of the body, who did not decide what is objected to."""
    one = _roll(request, policy, period)
    return _grants.objection(
        granting.answer_objection(actor_of(request), one, code, given.outcome, given.reason, timezone.now())
    )


# ----------------------------------------------------------------------------------------------- batches


@router.get(
    "/rolls/{policy}/{period}/next",
    response={200: _grants.NextBatchOut, **out.PROBLEMS},
    summary="What the next batch changes beside the period before",
)
@allow(*OFFICERS)
def next_batch(request: HttpRequest, policy: Path[str], period: Path[str]) -> Any:
    """New, gone, more, less, same: people and fen. Nothing is paid by asking."""
    return _grants.next_batch(_roll(request, policy, period), timezone.localdate())


@router.get(
    "/rolls/{policy}/{period}/batches",
    response={200: list[_grants.PaymentBatchOut], **out.PROBLEMS},
    summary="Batches of a list",
)
@allow(*OFFICERS)
def batches(
    request: HttpRequest,
    policy: Path[str],
    period: Path[str],
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """The newest first, at most 100 at a time."""
    rows = granting_money.batches(_roll(request, policy, period))
    return [_grants.batch(one) for one in _show.some(rows, limit, offset)]


@router.post(
    "/rolls/{policy}/{period}/batches",
    response={201: _grants.PaymentBatchOut, **out.PROBLEMS},
    summary="Ask for a batch of everybody who can be paid now",
)
@allow(*_DOERS)
def ask_batch(request: HttpRequest, policy: Path[str], period: Path[str], given: AskBatchIn) -> Any:
    """A worker fills it; a second person agrees. With the same `seen` again, the same batch comes back."""
    one = _roll(request, policy, period)
    made = granting_money.propose(actor_of(request), one, timezone.now(), seen=given.seen)
    return Status(201, _grants.batch(made))


@router.get(
    "/rolls/{policy}/{period}/batches/{key}",
    response={200: _grants.PaymentBatchOut, **out.PROBLEMS},
    summary="One batch",
)
@allow(*OFFICERS)
def batch(request: HttpRequest, policy: Path[str], period: Path[str], key: Path[str]) -> Any:
    """Its state: filling, check (waits for the second person), ready, sent, closed."""
    return _grants.batch(granting_money.batch_of(_roll(request, policy, period), key))


@router.post(
    "/rolls/{policy}/{period}/batches/{key}/answer",
    response={200: _grants.PaymentBatchOut, **out.PROBLEMS},
    summary="Agree to a batch as the second person, or send it back (四眼)",
)
@allow("senior")
def second(
    request: HttpRequest, policy: Path[str], period: Path[str], key: Path[str], given: SecondIn
) -> Any:
    """The head of the body, who did not ask for it. Agreed to, it goes to the bank."""
    one = _roll(request, policy, period)
    return _grants.batch(
        granting_money.second(actor_of(request), one, key, given.agree, given.words, timezone.now())
    )


@router.get(
    "/rolls/{policy}/{period}/batches/{key}/file",
    response=_FILE,
    summary="The file of a batch as the bank gets it",
    openapi_extra={"responses": {"200": {"description": "The file", "content": {"text/csv": {}}}}},
)
@allow(*_DOERS)
def bank_file(request: HttpRequest, policy: Path[str], period: Path[str], key: Path[str]) -> Any:
    """For those of the body; that it was taken is kept."""
    one = _roll(request, policy, period)
    file = granting_money.bank_file(actor_of(request), one, key)
    return HttpResponse(file, content_type="text/csv; charset=utf-8")
