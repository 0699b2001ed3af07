"""The ``bancheng`` command: finds its verbs by folder and runs one of them.

1. Read each verb's first docstring line and ``NEEDS_DJANGO`` from its source, without importing it.
2. Choose the verb named on the command line; without one, print the list.
3. Set Django up, only when that verb needs it.
4. Import that one module, let it declare its arguments, parse, run.
"""

import argparse
import ast
import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

GOOD, PROBLEMS, WRONG_USE = 0, 1, 2

_SITE = Path(__file__).resolve().parent
_FOLDERS = {"bancheng.cli": _SITE.parent / "cli", "bancheng.site.verbs": _SITE / "verbs"}


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb as its source declares it."""

    name: str
    module: str
    summary: str
    needs_django: bool


def verbs() -> dict[str, Verb]:
    """Every verb by name, in alphabetical order."""
    found = (
        _read(f"{package}.{path.stem}", path)
        for package, folder in _FOLDERS.items()
        for path in folder.glob("[!_]*.py")
    )
    return {verb.name: verb for verb in sorted(found, key=lambda verb: verb.name)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bancheng`` with ``argv`` (default: the command line) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    known = verbs()
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(_overview(known))
        return GOOD if arguments else WRONG_USE
    verb = known.get(arguments[0])
    if verb is None:
        print(f"bancheng: there is no verb {arguments[0]!r}\n\n{_overview(known)}", file=sys.stderr)
        return WRONG_USE
    try:
        return _run(verb, arguments[1:])
    except BrokenPipeError:
        # The reader (head, less) has had enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


@contextmanager
def _at_the_start() -> Iterator[None]:
    """What is read now stays until the end: looking through it for rubbish would take a fifth of the start."""
    if "django" in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _run(verb: Verb, arguments: list[str]) -> int:
    with _at_the_start():
        if verb.needs_django:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bancheng.site.settings")
            import django  # noqa: PLC0415  # reason: verbs that need no Django must not pay for it

            django.setup()
        module = import_module(verb.module)
    parser = argparse.ArgumentParser(
        prog=f"bancheng {verb.name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(arguments))
    return code


def _read(module: str, path: Path) -> Verb:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    needs_django = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == "NEEDS_DJANGO"
    ]
    if len(needs_django) != 1:
        raise ImportError(f"{path} must say NEEDS_DJANGO = True or False, once")
    summary = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Verb(
        name=path.stem.replace("_", "-"), module=module, summary=summary, needs_django=bool(needs_django[0])
    )


def _overview(known: dict[str, Verb]) -> str:
    width = max(len(name) for name in known)
    lines = [f"  {verb.name:<{width}}  {verb.summary}" for verb in known.values()]
    return "\n".join(["usage: bancheng VERB [--json] …", "", *lines, "", "bancheng VERB --help tells more."])


if __name__ == "__main__":
    sys.exit(main())
