"""A family of one-things: its scenes, and a few questions that lead to one's own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bancheng.usecases.families import family_view
from bancheng.web.frame import Field, Option, public, render
from bancheng.web.templatetags.content import english, named


@public
@require_safe
def family(request: HttpRequest, key: str) -> HttpResponse:
    """The scenes that fit so far, and the next question; answers live in the address, so back and links work."""
    view = family_view(key, request.GET.dict())
    here = reverse("public:family", args=[key])
    answers = {one.question.element: one.value for one in view.told}
    told = [
        {
            "name": named(one.question),
            "value": one.words_en if english() else one.words,
            "change": f"{here}?{urlencode({k: v for k, v in answers.items() if k != one.question.element})}",
        }
        for one in view.told
    ]
    field = None
    if view.question is not None:
        field = Field(
            name=view.question.element,
            label=named(view.question),
            kind="radios",
            hint=view.question.help,
            options=tuple(Option(value=one.value, text=named(one)) for one in view.options),
        )
    context = {
        "family": view.family,
        "summary": view.family.summary_en if english() and view.family.summary_en else view.family.summary,
        "told": told,
        "answers": answers,
        "field": field,
        "scenes": view.scenes,
        "all": len(view.family.scenes),
    }
    return render(request, "public/family.html", context)
