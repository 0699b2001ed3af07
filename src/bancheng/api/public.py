"""What anyone may check."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from bancheng.api import _schemas as out
from bancheng.api._auth import allow
from bancheng.usecases.access import NotFound
from bancheng.usecases.verifying import verify as verified

router = Router(auth=None)


@router.get(
    "/{code}",
    response={200: out.VerifiedOut, 404: out.ProblemDocument, 429: out.ProblemDocument},
    summary="Verify an issued paper by its code",
)
@allow("public")
def verify(request: HttpRequest, code: Path[str]) -> Any:
    """Grouping and case of the code do not matter; the holder's name is masked."""
    found = verified(code)
    if found is None:
        raise NotFound("result")
    return out.VerifiedOut(**{name: getattr(found, name) for name in out.VerifiedOut.model_fields})
