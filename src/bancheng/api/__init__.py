"""The API under ``/api/v1``: the same use cases as the pages, with OpenAPI. Problems are RFC 9457 documents."""

from bancheng.api import (
    applications,
    archives,
    batches,
    cases,
    catalogue,
    exchange,
    fees,
    grants,
    held,
    intakes,
    offices,
    officials,
    outcome,
    places,
    policies,
    promises,
    public,
    standings,
    supervision,
    talks,
    visits,
)
from bancheng.api._auth import Bearer, Session
from bancheng.api._haste import Haste
from bancheng.api._problems import Explained

api = Explained(
    title="Bancheng 办成",
    version="1",
    description=(
        "One application for many government service items. Sign in with a session or with a personal access token "
        "(`Authorization: Bearer …`, made by `bancheng token USER`). Everything that is wrong comes back at once as "
        "`application/problem+json`, each problem with the place it is about."
    ),
    urls_namespace="api",
    auth=[Bearer(), Session()],
    throttle=[Haste()],
    docs_url=None,
)
api.add_router("/catalogue", catalogue.router, tags=["catalogue"])
api.add_router("/catalogue/policies", policies.router, tags=["benefits"])
api.add_router("/benefits", grants.router, tags=["benefits"])
api.add_router("/benefits", standings.router, tags=["benefits"])
api.add_router("/applications", applications.router, tags=["applications"])
api.add_router("/intakes", intakes.router, tags=["applications"])
api.add_router("/batches", batches.router, tags=["applications"])
api.add_router("/cases", cases.router, tags=["cases"])
api.add_router("/cases", fees.router, tags=["fees"])
api.add_router("/cases", officials.router, tags=["officials"])
api.add_router("/cases", outcome.router, tags=["officials"])
api.add_router("/cases", promises.router, tags=["promises"])
api.add_router("/applications", promises.drafts, tags=["promises"])
api.add_router("/credit-records", promises.records, tags=["promises"])
api.add_router("/held", held.router, tags=["officials"])
api.add_router("/handovers", places.router, tags=["handovers"])
api.add_router("/supervision", supervision.router, tags=["supervision"])
api.add_router("/archives", archives.router, tags=["archives"])
api.add_router("/offices", offices.router, tags=["officials"])
api.add_router("/cases", visits.router, tags=["visits"])
api.add_router("/verify", public.router, tags=["verify"])
api.add_router("/cases", talks.router, tags=["cases"])
api.add_router("/exchange", exchange.systems, tags=["exchange"])
api.add_router("/hooks", exchange.hooks, tags=["hooks"])

__all__ = ["api"]
