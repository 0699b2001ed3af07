"""What a notice asked for is brought to the window."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import MarkKind
from bancheng.usecases.counter_answers import answer_at_window, to_answer
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.casefile.agents import agents, chosen_agent
from bancheng.web.casefile.marks import reasons
from bancheng.web.counter.fields import held, sent, spread_merged
from bancheng.web.counter.received import opened_case, received_page, then
from bancheng.web.frame import error_lines, role, with_problems


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_notice(request: HttpRequest, number: str, notice: int) -> HttpResponse:
    """Every mark that is left on one page: new values, papers kept or scanned."""
    dossier = opened_case(request, number)
    _notice, left = to_answer(dossier, notice)
    fields = tuple(
        field for one in left if one.field for field in spread_merged(one.field, one.value, required=True)
    )
    papers = [one.mark for one in left if one.mark.kind is MarkKind.MATERIAL]
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        raw = sent([one.name for one in fields], request.POST)
        tried = attempt(
            lambda: answer_at_window(
                actor_of(request),
                dossier,
                notice,
                raw=raw,
                papers=request.POST.getlist("paper"),
                files={mark.target: _files(request, mark.target) for mark in papers},
                seen=seen_of(request),
                mandate=chosen_agent(request),
            )
        )
        if tried.done is not None:
            file, problems = tried.done
            if file is not None:
                return then(request, dossier, _("补正已收，请再审查一遍。"))
            tried = Tried(problems=problems)
        fields = with_problems(fields, tried.problems, held(fields, request.POST))
    asked = {one.field.element: one.mark for one in left if one.field}
    said = dict(reasons())
    return received_page(
        request,
        dossier,
        "counter/answer.html",
        tried,
        rows=[{"field": one, "mark": asked[one.name.partition(".")[0]]} for one in fields],
        papers=[{"mark": mark, "reason": said[mark.reason.value]} for mark in papers],
        agents=agents(dossier.case.party_id, dossier.case.onething, "answer"),
        agent=request.POST.get("agent", ""),
        kept=request.POST.getlist("paper"),
        errors=error_lines(tried.problems),
    )


def _files(request: HttpRequest, document: str) -> list[tuple[str, BinaryIO]]:
    given = request.FILES.getlist(f"file/{document}")
    return [(one.name, cast(BinaryIO, one.file)) for one in given if one.name and one.file is not None]
