"""Two questions a supervisor of processes asks: are you up, and can you serve?"""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from bancheng.store.models import BlueprintVersion, WorkerBeat
from bancheng.usecases.stuck import standing
from bancheng.web.frame.access import public

_WORKER_SILENCE = timedelta(minutes=2)


@public
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; the body says which one fails, without inner detail."""
    checks = {"database": _database(), "migrations": False, "packs": False, "worker": False}
    if checks["database"]:
        checks["migrations"] = pending_migrations() == []
    if checks["migrations"]:
        checks["packs"] = BlueprintVersion.objects.filter(current=True).exists()
        checks["worker"] = _worker()
    good = all(checks.values())
    answer: dict[str, object] = {"ready": good, "checks": checks}
    if checks["migrations"]:
        # What sweeps could not do takes no process out of service: the others could do it no better.
        answer["sweeps"] = standing()
    return JsonResponse(answer, status=200 if good else 503)


def pending_migrations() -> list[str]:
    """The migrations this code knows and the database has not yet seen, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _worker() -> bool:
    return WorkerBeat.objects.filter(seen_at__gte=timezone.now() - _WORKER_SILENCE).exists()
