"""Plant small faults into the rules of cases and see that the model test notices each: part of `make soak`.

Prints how many were noticed and every one that was not. In less than the bar noticed, it fails.

    python scripts/mutation_cases.py                 three hundred faults
    python scripts/mutation_cases.py --all           every one (hours)
    python scripts/mutation_cases.py --only _work    those of one module
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.core.casework.planted import Fault, every_fault, plant
from tests.core.casework.wandering import roads

BAR = 0.25
"The share that must be noticed: the first measured, to be raised as survivors are met with roads that reach them."
SOUND, NOTICED, SILENT, UNFIT = 0, 1, 2, 3


def judged(fault: Fault, walks: int) -> int:
    """In a process of its own, so that nothing remembers the fault."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    verdict = NOTICED
    try:
        with plant(fault):
            roads(range(walks))
        verdict = SILENT
    except LookupError as no:
        verdict = UNFIT if str(fault) in str(no) else NOTICED
    except Exception:  # noqa: BLE001  # reason: a fault that throws is a fault that was noticed
        verdict = NOTICED
    finally:
        os._exit(verdict)


def main() -> int:
    """Plant, walk, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="every fault there is")
    parser.add_argument("--only", default="", help="modules whose name ends so")
    parser.add_argument("--number", type=int, default=300, help="how many")
    parser.add_argument("--walks", type=int, default=240, help="roads through cases for each")
    args = parser.parse_args()
    faults = [one for one in every_fault() if one.module.endswith(args.only)]
    if not args.all:
        chosen = random.Random(20261123)  # noqa: S311  # reason: a choice of faults is no secret
        faults = chosen.sample(faults, min(args.number, len(faults)))
    found = {one: judged(one, args.walks) for one in faults}
    fit = [one for one in faults if found[one] != UNFIT]
    alive = [one for one in fit if found[one] == SILENT]
    for one in sorted(alive):
        with plant(one) as where:
            print(f"survived: {one}  {where}")
    noticed = 1 - len(alive) / len(fit) if fit else 1.0
    print(f"{len(fit)} faults, {len(fit) - len(alive)} noticed ({noticed:.0%}), at least {BAR:.0%} must be")
    return int(noticed < BAR)


if __name__ == "__main__":
    raise SystemExit(main())
