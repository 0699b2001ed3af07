"""Built-in functions of numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Final

from bancheng.core.rules._functions import Builtin
from bancheng.core.rules._moments import Months
from bancheng.core.rules._values import NUMBERS, Value

SCALES: Final = range(-6111, 6177)
"The scales decimal128 has."


def _rounded(rounding: str) -> Callable[..., Value]:
    def run(number: Value, scale: Value = Decimal(0)) -> Value:
        if not isinstance(number, Decimal) or not isinstance(scale, Decimal):
            return None
        places = int(scale)
        if places not in SCALES:
            return None
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and places >= -exponent and places > 0:
            return number  # nothing lies beyond that place
        return number.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=NUMBERS) + 0

    return run


def _abs(value: Value) -> Value:
    if isinstance(value, (Decimal, dt.timedelta)):
        return abs(value)
    return Months(abs(value.months)) if isinstance(value, Months) else None


def _modulo(dividend: Value, divisor: Value) -> Value:
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal) or divisor == 0:
        return None
    quotient = (NUMBERS.divide(dividend, divisor)).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient))


def _of(run: Callable[[Decimal], Value]) -> Callable[[Value], Value]:
    return lambda number: run(number) if isinstance(number, Decimal) else None


def _sqrt(number: Decimal) -> Value:
    return NUMBERS.sqrt(number) if number >= 0 else None


def _log(number: Decimal) -> Value:
    return NUMBERS.ln(number) if number > 0 else None


def _exp(number: Decimal) -> Value:
    result = NUMBERS.exp(number)
    return result if result.is_finite() else None


_N = ("number", "number")
_ROUNDINGS: Final = {
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}
_ONE: Final[dict[str, tuple[Callable[[Decimal], Value], str]]] = {
    "sqrt": (_sqrt, "number"),
    "log": (_log, "number"),
    "exp": (_exp, "number"),
    "odd": (lambda number: abs(number) % 2 == 1, "boolean"),
    "even": (lambda number: number % 2 == 0, "boolean"),
}
NUMERIC: Final[dict[str, Builtin]] = {
    **{
        name: Builtin(_rounded(rounding), ("n", "scale"), "number", _N, optional=1)
        for name, rounding in _ROUNDINGS.items()
    },
    "decimal": Builtin(_rounded(ROUND_HALF_EVEN), ("n", "scale"), "number", _N),
    "abs": Builtin(_abs, ("n",), "number"),
    "modulo": Builtin(_modulo, ("dividend", "divisor"), "number", _N),
    **{name: Builtin(_of(run), ("number",), gives, ("number",)) for name, (run, gives) in _ONE.items()},
}
