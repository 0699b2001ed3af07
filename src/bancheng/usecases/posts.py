"""Posts: who holds which role in which body. A change reaches running cases at once."""

from __future__ import annotations

from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import Membership
from bancheng.usecases.access import OFFICIAL_ROLES, Actor, NotAllowed, NotFound, record
from bancheng.usecases.dispatching import return_of_the_gone
from bancheng.usecases.people import official, problem
from bancheng.usecases.town import body_name, packs


def give_post(actor: Actor, user: int, role: str, body: str) -> None:
    """Somebody joins a body in a role; they see its tasks with their next page.

    Raises:
        NotAllowed: no administrator.
        ProblemsFound: no such role or body.
    """
    _administrator(actor)
    if role not in OFFICIAL_ROLES or body not in packs().catalogue.bodies:
        raise ProblemsFound((problem("role", "请选择部门和岗位。"),))
    Membership.objects.get_or_create(user=official(user), role=role, body=body)
    record(actor, "post.give", f"user:{user}", f"{role}·{body_name(body)}")


def take_post(actor: Actor, user: int, role: str, body: str) -> None:
    """Somebody leaves a role; what they hold there goes back to the queue with an event, at once.

    Raises:
        NotAllowed: no administrator.
        NotFound: they do not hold it.
    """
    _administrator(actor)
    gone, _ = Membership.objects.filter(user_id=user, role=role, body=body).delete()
    if not gone:
        raise NotFound("post")
    record(actor, "post.take", f"user:{user}", f"{role}·{body_name(body)}")
    return_of_the_gone(body, f"user:{user}")


def _administrator(actor: Actor) -> None:
    if not actor.has("administrator"):
        raise NotAllowed("posts")
