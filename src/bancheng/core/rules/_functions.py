"""What a built-in function is, and how one is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import DecimalException
from typing import NamedTuple

from bancheng.core.rules._values import UNKNOWN, Range, Value


class Builtin(NamedTuple):
    """`parameters` by name, the last `optional` of them may be left out; `variadic`: any number, or one list.

    A `total` function is given Unknown and null and answers itself; the others answer Unknown to Unknown and, unless
    `nulls`, null to null. `takes` and `gives` are FEEL type names for `infer` (``Any``: no check; ``item``: the type of
    a list's items). `also` are other sets of parameter names, for a call by name.
    """

    run: Callable[..., Value]
    parameters: tuple[str, ...]
    gives: str
    takes: tuple[str, ...] = ()
    optional: int = 0
    variadic: bool = False
    total: bool = False
    repeats: bool = False
    "The last parameter may be given any number of times."
    nulls: bool = False
    also: tuple[tuple[str, ...], ...] = ()


def apply(builtin: Builtin, arguments: tuple[Value, ...]) -> Value:
    """Call with values in order; null when there are too few or too many of them."""
    if builtin.variadic:
        return _over_list(builtin, arguments)
    wanted, count = len(builtin.parameters), len(arguments)
    if count < wanted - builtin.optional or (count > wanted and not builtin.repeats):
        return None
    if not builtin.total:
        if None in arguments and not builtin.nulls:
            return None
        if any(map(unknown_inside, arguments)):
            return UNKNOWN
        arguments = _singled(builtin.takes, arguments)
    try:
        return builtin.run(*arguments)
    except (ValueError, OverflowError, DecimalException):
        return None


def apply_named(builtin: Builtin, given: Mapping[str, Value]) -> Value:
    """Call with values by parameter name; null for a name the function lacks, or too few of them."""
    for names in (builtin.parameters, *builtin.also):
        if given.keys() <= set(names):
            last = max(names.index(name) for name in given) + 1 if given else 0
            if names is not builtin.parameters and len(given) != len(names):
                continue
            missing = [name for name in names[:last] if name not in given]
            if any(names.index(name) < len(names) - builtin.optional for name in missing):
                continue
            return apply(builtin, tuple(given.get(name) for name in names[:last]))
    return None


def _over_list(builtin: Builtin, arguments: tuple[Value, ...]) -> Value:
    if not arguments:
        return None
    items = arguments[0] if len(arguments) == 1 else arguments
    if items is UNKNOWN or items is None:
        return items
    try:
        return builtin.run(items if isinstance(items, tuple) else (items,))
    except (DecimalException, OverflowError):
        return None


def _singled(takes: tuple[str, ...], arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    """A list of one stands for its item where no list is wanted (clause 10.3.2.9.4)."""
    if not any(isinstance(one, tuple) for one in arguments):
        return arguments
    kinds = (*takes, *("Any",) * (len(arguments) - len(takes)))
    return tuple(
        one[0] if isinstance(one, tuple) and len(one) == 1 and kind not in {"list", "Any"} else one
        for one, kind in zip(arguments, kinds, strict=False)
    )


def unknown_inside(value: Value) -> bool:
    """Whether a value, or a part of it, is Unknown."""
    if value is UNKNOWN:
        return True
    if isinstance(value, tuple):
        return any(map(unknown_inside, value))
    if isinstance(value, Range):
        return value.low is UNKNOWN or value.high is UNKNOWN
    return isinstance(value, Mapping) and any(map(unknown_inside, value.values()))


def listed(value: Value) -> tuple[Value, ...]:
    """A list as it is, anything else as a list of one."""
    return value if isinstance(value, tuple) else (value,)
