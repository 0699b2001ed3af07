"""Furnish the specimen town: publish its packs and make its people's accounts. Demo mode only.

Run it after `bancheng migrate`; running it again changes nothing.
Exit code: 0 furnished, 1 a pack has an error, 2 this is no demonstration (BANCHENG_DEMO is off).
"""

import argparse
import json
import sys

from django.utils import timezone

from bancheng.core.kernel import Problem, ProblemsFound, Severity
from bancheng.usecases import demo, demo_benefits, demo_exchange, demo_trust, demo_visits, history
from bancheng.usecases.access import NotAllowed
from bancheng.usecases.town import packs, publish

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(args: argparse.Namespace) -> int:
    """Publish, settle, count."""
    try:
        people = demo.settle()
        published = publish(timezone.now())
        cases = history.write(timezone.now()) + demo_trust.show(timezone.now())
        cases += demo_visits.show(timezone.now())
        cases += demo_exchange.show(timezone.now())
        demo_benefits.show(timezone.now())
    except NotAllowed:
        print(
            "Set BANCHENG_DEMO=1 first: the specimen's people sign in with a known password.", file=sys.stderr
        )
        return 2
    except ProblemsFound as found:
        _tell(found.problems)
        return 1
    errors = tuple(problem for problem in published.problems if problem.severity is Severity.ERROR)
    _tell(errors)
    counts = {
        "items": len(packs().catalogue.items),
        "onethings": len(published.current),
        "changed": len(published.changed),
        "people": people,
        "cases": cases,
    }
    if args.json:
        print(json.dumps({**counts, "errors": [problem.render() for problem in errors]}, ensure_ascii=False))
    else:
        print(
            "Specimen town: {onethings} one-things of {items} items, {people} people, {cases} cases played.".format(
                **counts
            )
        )
    return 1 if errors else 0


def _tell(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        print(problem.render(), file=sys.stderr)
