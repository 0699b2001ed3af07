"""Compile every one-thing of the packs and make the blueprints current; run it after packs change."""

import argparse
import json
import sys

from django.utils import timezone

from bancheng.core.kernel import Problem, ProblemsFound, Severity
from bancheng.usecases import effects
from bancheng.usecases.town import blueprint, publish

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(args: argparse.Namespace) -> int:
    """Publish; 1 when a pack or a one-thing has an error."""
    try:
        published = publish(timezone.now())
    except ProblemsFound as found:
        _tell(found.problems)
        return 1
    errors = [problem for problem in published.problems if problem.severity is Severity.ERROR]
    if args.json:
        told = {
            "current": dict(published.current),
            "changed": list(published.changed),
            "errors": [problem.render() for problem in errors],
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        changed = [blueprint(published.current[key]) for key in published.changed]
        _tell((*errors, *effects.expectation_problems(changed, timezone.localdate())))
        print(f"{len(published.current)} one-things are current; {len(published.changed)} of them changed.")
    return 1 if errors else 0


def _tell(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        print(problem.render(), file=sys.stderr)
