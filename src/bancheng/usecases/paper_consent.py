"""意愿代记: what many said on paper, written down at once from ticks in a list or a sheet: all of it or nothing.

For those without an account. Each answer keeps the version of the words they signed, how they were asked, and who wrote
it down; what is wrong in a sheet is told by row and column, all at once, before anything is written.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.connect.tables import FilledRow, FormColumn, read_form_sheet, write_form_sheet
from bancheng.core.benefits.grants import Grant, Hand, acts
from bancheng.core.kernel import Place, Problem, ProblemsFound, Record, chinese_date
from bancheng.store.models import BenefitSubject, ConsentText, GrantRow
from bancheng.usecases.access import Actor, record
from bancheng.usecases.benefit_subjects import shown_name
from bancheng.usecases.granting import consent_digest, doer, keep_consent
from bancheng.usecases.grants import CHUNK, act_on_many
from bancheng.usecases.rolls import Roll

MOST = 5000
"""Rows of one sheet."""
SHEET_BYTES = 5 * 1024 * 1024
YES, NO = "要", "放弃"
NUMBER, NAME, WISH, REASON = "number", "name", "wish", "reason"
COLUMNS = (
    FormColumn(NUMBER, "编号", "名单上的编号", must=True),
    FormColumn(NAME, "姓名或名称", "全名，或者名单上的写法", must=True),
    FormColumn(WISH, "意愿", "写“要”或“放弃”", (YES, NO), must=True),
    FormColumn(REASON, "放弃的原因", "可以不填"),
)
_PLACES = {column.key: place for place, column in enumerate(COLUMNS, 2)}
_NAMES = {column.key: column.name for column in COLUMNS}
STATES = ("open", "asked", "given", "refused")


class Answer(Record):
    """What one of a list said. `line`: the row of the sheet it stands in; 0: it was ticked."""

    pk: int
    wanted: bool
    reason: str = ""
    line: int = 0


def unanswered(one: Roll) -> QuerySet[GrantRow]:
    """Those of a list who are due something and have not said whether they want it."""
    return one.rows.filter(intent__in=("open", "asked"), due__gt=0).exclude(
        stage__in=("excluded", "withdrawn")
    )


def texts(one: Roll) -> tuple[tuple[str, str], ...]:
    """The versions of the words of consent of a policy, the one of today first, as (digest, since when). One query."""
    today = consent_digest(one.policy)
    rows = ConsentText.objects.filter(policy=one.policy.id).exclude(digest=today).order_by("-since")
    before = ((row.digest, chinese_date(timezone.localdate(row.since))) for row in rows)
    return ((today, ""), *before)


def note(
    actor: Actor, one: Roll, answers: Sequence[Answer], how: str, text: str, now: dt.datetime
) -> tuple[int, int]:
    """Write these answers down, all or none; how many changed to wanted, and to not wanted.

    `how` they were asked (as 纸质回执，村委会代收); `text`: the digest of the words they signed.

    Raises:
        ProblemsFound: nothing is said of how, another policy's words, nobody chosen, or some cannot be written.
        NotAllowed: not of the body.
    """
    hand = doer(actor, one.body)
    wrong = _said(one, answers, how, text)
    if wrong:
        raise ProblemsFound(wrong)
    if text == consent_digest(one.policy):
        keep_consent(one.policy, now)
    by = Hand(hand.id, f"{hand.name}（代记，{how.strip()}）"[:200])
    said = {answer.pk: answer for answer in answers}
    done = list[GrantRow]()
    with transaction.atomic():
        pks = sorted(one.rows.filter(pk__in=said).values_list("pk", flat=True))
        refused = [_problem(answer, "不在这份名单上。") for pk, answer in said.items() if pk not in set(pks)]
        deed = partial(_answer, said=said, how=how.strip(), text=text, by=by, now=now)
        for start in range(0, len(pks), CHUNK):
            told = act_on_many(
                pks[start : start + CHUNK],
                deed,
                now,
                also=lambda after: done.extend(row for row, _ in after.values()),
            )
            refused += [_problem(said[pk], no.reason + no.remedy) for pk, no in told.items()]
        if refused:
            # Nothing half done: what was written in this transaction goes with it.
            raise ProblemsFound(sorted(refused, key=lambda problem: problem.place.line))
        changed = f"{one.policy.id}/{one.period}/{len(done)}"
        record(actor, "benefits.answers", changed, f"{how.strip()}；告知书{text[:12]}"[:200])
    yes = sum(said[row.pk].wanted for row in done)
    return yes, len(done) - yes


def _answer(
    row: GrantRow, grant: Grant, said: dict[int, Answer], how: str, text: str, by: Hand, now: dt.datetime
) -> acts.Told:
    one = said[row.pk]
    reason = f"{how}：{one.reason.strip()}" if one.reason.strip() else how
    return acts.answer(grant, one.wanted, text, now, by, reason[:200])


def _said(one: Roll, answers: Sequence[Answer], how: str, text: str) -> list[Problem]:
    wrong = []
    if not how.strip():
        wrong.append(Problem("required", "请写明怎么问到的，如“纸质回执，村委会代收”。", Place(path="how")))
    if text not in {digest for digest, _ in texts(one)}:
        wrong.append(Problem("required", "请选择签的是哪一版告知书。", Place(path="text")))
    if not answers:
        wrong.append(Problem("required", "请勾选要代记的人。", Place(path="row")))
    return wrong


def _problem(answer: Answer, words: str) -> Problem:
    if not answer.line:
        return Problem("answer", words, Place(path="row"))
    return _at(answer.line, WISH, words)


def _at(line: int, column: str, words: str) -> Problem:
    said = f"第{line}行“{_NAMES[column]}”：{words}"
    return Problem("answer", said, Place(line=line, column=_PLACES[column], path="file"))


# ----------------------------------------------------------------------------------------------- the sheet


def template(one: Roll) -> bytes:
    """The sheet to fill: everybody who has not answered, with their number and their name as lists show it."""
    numbers = list(unanswered(one).order_by("subject").values_list("subject", flat=True)[:MOST])
    known = _known(one, numbers)
    filled = (
        {NUMBER: f"{number:06d}", NAME: shown_name(one.kind, known[number].name) if number in known else ""}
        for number in numbers
    )
    out = io.BytesIO()
    write_form_sheet(out, f"{one.policy.name}意愿", COLUMNS, filled)
    return out.getvalue()


def read(one: Roll, name: str, content: bytes) -> tuple[Answer, ...]:
    """The answers in a filled sheet. Rows without a wish are left out: nobody has answered there.

    Raises:
        ProblemsFound: it is no such sheet, or rows are wrong; all of them, by row and column.
    """
    if len(content) > SHEET_BYTES:
        raise ProblemsFound(
            [Problem("batch_too_long", "这张表超过 5 MB。", Place(path="file"), "请拆成几张。")]
        )
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(content)
        held.flush()
        try:
            sheet = read_form_sheet(Path(held.name), name, _PLACES, MOST)
        except ProblemsFound as found:
            raise ProblemsFound([one.at(Place(path="file")) for one in found.problems]) from None
    rows = [row for row in sheet if any(row.cells.get(key) for key in (WISH, REASON))]
    if not rows:
        raise ProblemsFound([Problem("batch_empty", "“意愿”一列没有填。", Place(path="file"))])
    numbers = {_number(row) for row in rows}
    listed = dict(one.rows.filter(subject__in=numbers - {-1}).values_list("subject", "pk"))
    known, wrong, seen = _known(one, listed), list[Problem](), dict[int, int]()
    answers = [
        Answer(
            pk=listed.get(_number(row), 0),
            wanted=row.cells.get(WISH) == YES,
            reason=row.cells.get(REASON, ""),
            line=row.number,
        )
        for row in rows
    ]
    for row in rows:
        wrong += _wrong_in(one, row, listed, known, seen)
    if wrong:
        raise ProblemsFound(wrong)
    return tuple(answers)


def _known(one: Roll, numbers: Iterable[int]) -> dict[int, BenefitSubject]:
    rows = BenefitSubject.objects.filter(subject_kind=one.kind, subject__in=list(numbers))
    return {row.subject: row for row in rows}


def _number(row: FilledRow) -> int:
    text = row.cells.get(NUMBER, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _wrong_in(
    one: Roll, row: FilledRow, listed: dict[int, int], known: dict[int, BenefitSubject], seen: dict[int, int]
) -> list[Problem]:
    """What is wrong in one row; `seen`: number → the row that has it already."""
    number, found = _number(row), list[Problem]()
    written = row.cells.get(NAME, "")
    if number not in listed:
        found.append(_at(row.number, NUMBER, f"“{row.cells.get(NUMBER, '')[:20]}”不在这份名单上。"))
    elif number in seen:
        found.append(_at(row.number, NUMBER, f"第{seen[number]}行已经有这个人。"))
    elif number in known and written not in {known[number].name, shown_name(one.kind, known[number].name)}:
        found.append(_at(row.number, NAME, f"“{written[:20]}”与编号不符，请核对是不是错行。"))
    seen.setdefault(number, row.number)
    if row.cells.get(WISH) not in {YES, NO}:
        found.append(_at(row.number, WISH, f"“{row.cells.get(WISH, '')[:20]}”看不懂，请写“要”或“放弃”。"))
    return found
