"""The library of policies for everybody: found, and read in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bancheng.core.kernel import Confidence
from bancheng.usecases import policy_drafting
from bancheng.usecases.benefits import body_of, library, policy_of, search, told
from bancheng.web.benefits.words import EVERY, KINDS, MODES, SUBJECTS
from bancheng.web.casefile import actor_of
from bancheng.web.frame import public, render


@public
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """All policies in force, narrowed by words, for whom, kind and mode."""
    names = ("q", "kind", "mode", "for")
    q, kind, mode, subject = (request.GET.get(name, "").strip()[:60] for name in names)
    rows = [(one, KINDS[one.kind], MODES[one.mode]) for one in search(q, kind, mode, subject)]
    context = {
        "rows": rows,
        "q": q,
        "kind": kind,
        "mode": mode,
        "subject": subject,
        "subjects": [(key.value, word) for key, word in SUBJECTS.items()],
        "kinds": [(key.value, word) for key, word in KINDS.items()],
        "modes": [(key.value, word) for key, (word, _tone, _icon) in MODES.items()],
    }
    return render(request, "benefits/policies.html", context)


@public
@require_safe
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    """One policy: who gets it and why, how much, what happens by itself."""
    one = policy_of(policy)
    names = {other.id: other.name for other in library().policies}
    context = {
        "one": one,
        "kind": KINDS[one.kind],
        "mode": MODES[one.mode],
        "every": EVERY[one.every],
        "told": told(one),
        "writes": body_of(one) in policy_drafting.bodies(actor_of(request)),
        "obstacles": [library().rules.entitlement(rule).name for rule in one.obstacles],
        "excludes": [names.get(name, name) for name in one.excludes],
        "made_up": one.confidence is Confidence.FICTITIOUS,
        "rebuilt": one.confidence is Confidence.RECONSTRUCTED,
    }
    return render(request, "benefits/policy.html", context)
