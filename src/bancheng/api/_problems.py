"""Everything that goes wrong as an RFC 9457 document, all problems at once, each with its place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema

from bancheng.core.casework import CommandRefused
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.usecases.access import NotAllowed, NotFound
from bancheng.usecases.casework import Stale
from bancheng.usecases.mandate_scope import MandateEnded

PROBLEM = "application/problem+json"
"""The content type of every refusal (RFC 9457)."""
TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "不能这样做",
    404: "没有找到",
    409: "按规定不能办",
    413: "内容太大",
    422: "内容有误",
    429: "太快了",
}


def document(
    status: int,
    code: str,
    detail: str = "",
    problems: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """The document. `code` is stable and in English; `problems` have code, message, path and suggestion."""
    body: dict[str, Any] = {
        "type": f"urn:bancheng:problem:{code}",
        "title": TITLES.get(status, "请求有误"),
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if problems:
        body["problems"] = list(problems)
    return JsonResponse(
        body,
        status=status,
        content_type=PROBLEM,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )


def listed(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as the document lists them; `path` is the element, or ``material/<document>``."""
    return [
        {"code": one.code, "message": one.message, "path": one.place.path, "suggestion": one.suggestion}
        for one in problems
    ]


def _found(_request: HttpRequest, found: ProblemsFound) -> HttpResponse:
    return document(422, "problems", "请按所列各项改正。", listed(found.problems))


def _refused(_request: HttpRequest, refused: CommandRefused) -> HttpResponse:
    reasons = [
        {"code": one.code, "message": one.reason, "path": "", "basis": one.basis, "suggestion": one.remedy}
        for one in refused.refusals
    ]
    return document(409, "refused", str(refused), reasons)


def _stale(_request: HttpRequest, _stale: Stale) -> HttpResponse:
    return document(409, "stale", "办件已有新的进展，请重新读取后再办。")


def _invalid(_request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    problems = [
        {
            "code": one["type"],
            "message": one["msg"],
            "path": ".".join(str(part) for part in one["loc"]),
            "suggestion": "",
        }
        for one in invalid.errors
    ]
    return document(422, "shape", "请求的结构与接口说明不符。", problems)


def _too_fast(_request: HttpRequest, fast: Throttled) -> HttpResponse:
    wait = str(int(fast.wait or 60))
    return document(429, "haste", f"请 {wait} 秒后再试。", headers={"Retry-After": wait})


def _answers() -> dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]:
    return {
        ProblemsFound: _found,
        CommandRefused: _refused,
        Stale: _stale,
        ValidationError: _invalid,
        Throttled: _too_fast,
        MandateEnded: lambda _request, ended: document(403, "mandate-ended", ended.words),
        NotFound: lambda _request, _none: document(404, "not-found", "没有，或者不是您能看的。"),
        NotAllowed: lambda _request, _no: document(403, "not-allowed", "您的身份不能这样做。"),
        AuthenticationError: lambda _request, _no: document(
            401, "sign-in", "请登录，或带上有效的令牌。", headers={"WWW-Authenticate": "Bearer"}
        ),
        HttpError: lambda _request, no: document(no.status_code, "http", no.message),
    }


class Explained(NinjaAPI):
    """An API that answers every refusal with such a document, and whose OpenAPI says so."""

    def __init__(self, **described: Any) -> None:
        super().__init__(**described)
        for kind, answer in _answers().items():
            self.add_exception_handler(kind, answer)

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The document, with the content type that problems really have, and what any wrong input comes to."""
        schema = super().get_openapi_schema(**where)
        problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[PROBLEM] = content.pop("application/json")
                for status in (400, 422):
                    operation["responses"].setdefault(status, {"description": TITLES[status], **problem})
        return schema
