"""A decision model made ready to answer: requirements found, logic compiled, decisions evaluated on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Final

from bancheng.core.kernel import Place, Problem, Problems, Severity
from bancheng.core.rules._values import UNKNOWN, Function, Mode, Value, to_value
from bancheng.core.rules.decisions._checks import Finding, check_table
from bancheng.core.rules.decisions._compile import Compiler
from bancheng.core.rules.decisions._frame import Frame, Run, Setting
from bancheng.core.rules.decisions._model import (
    Decision,
    DecisionService,
    Element,
    InputData,
    KnowledgeModel,
    Model,
    Requirement,
    Variable,
)
from bancheng.core.rules.decisions._names import item_names, member_names, tables
from bancheng.core.rules.decisions._parameters import value_as_of
from bancheng.core.rules.decisions._plain import from_plain
from bancheng.core.rules.decisions._review import review
from bancheng.core.rules.decisions._trace import TableTrace
from bancheng.core.rules.decisions._types import Types

Key = tuple[str, str]
"An element: its model's namespace and its id."

CLOCKS: Final = frozenset({"today", "now"})


class Answer:
    """A value, and every decision table that was asked on the way, in the order they ended."""

    __slots__ = ("tables", "value")

    def __init__(self, value: Value, tables: tuple[TableTrace, ...]) -> None:
        self.value, self.tables = value, tables


class Decisions:
    """The decisions of one model, and of those it imports. Make one with `compile_model`.

    `problems` holds all that is wrong with it, by place. Logic that could not be read evaluates to null.
    """

    def __init__(self, model: Model, imported: Mapping[str, Model], files: Mapping[str, str]) -> None:
        self.model = model
        self._models = {**imported, model.namespace: model}
        self._files = files
        self._problems = Problems()
        self._elements: dict[Key, Element] = {}
        self._types: dict[str, Types] = {}
        self._runs: dict[Key, Run] = {}
        self._aliases: dict[str, dict[str, str]] = {}
        for one in self._models.values():
            self._index(one)
        for one in self._models.values():
            self._prepare(one)
        self._names = {one.name: (model.namespace, one.id) for one in reversed(model.elements)}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, by file and line."""
        return self._problems.found()

    # ------------------------------------------------------------- asking

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, object],
        *,
        as_of: dt.date | None = None,
        now: dt.datetime | None = None,
        mode: Mode = Mode.STANDARD,
    ) -> Value:
        """The value of a decision, a decision service or a business knowledge model, by its name.

        `inputs` are found by name; an input of an imported model also by ``namespace#name``. `as_of` is the day that
        ``today()`` and dated parameters mean. In STANDARD mode a missing input is null, in ENTITLEMENT mode Unknown.

        Raises:
            KeyError: nothing is called so.
            RuleLimit: the logic ran beyond all bounds.
        """
        return self._session(inputs, as_of, now, mode, None).named(decision)

    def explain(
        self,
        decision: str,
        inputs: Mapping[str, object],
        *,
        as_of: dt.date | None = None,
        now: dt.datetime | None = None,
        mode: Mode = Mode.STANDARD,
    ) -> Answer:
        """As `evaluate`, with what each table met."""
        traces: list[TableTrace] = []
        value = self._session(inputs, as_of, now, mode, traces).named(decision)
        return Answer(value, tuple(traces))

    def _session(
        self,
        inputs: Mapping[str, object],
        as_of: dt.date | None,
        now: dt.datetime | None,
        mode: Mode,
        traces: list[TableTrace] | None,
    ) -> Session:
        today = as_of if as_of is not None else now.date() if now is not None else None
        setting = Setting(today, now, mode, traces)
        return Session(self, {key: deep_value(one) for key, one in inputs.items()}, setting)

    def needs(self, decision: str) -> tuple[InputData, ...]:
        """The input data that a decision rests on, directly or by way of others; parameters of law left out.

        Raises:
            KeyError: nothing is called so.
        """
        found: dict[Key, InputData] = {}
        seen: set[Key] = set()
        wanted = [self.named(decision)]
        while wanted:
            key = wanted.pop(0)
            element = self._elements.get(key)
            if key in seen or element is None:
                continue
            seen.add(key)
            if isinstance(element, InputData) and not element.dated:
                found[key] = element
            elif isinstance(element, (Decision, KnowledgeModel)):
                wanted.extend(self.key(key[0], one.href) for one in element.requirements if not one.authority)
            elif isinstance(element, DecisionService):
                members = (*element.input_data, *element.input_decisions)
                wanted.extend(self.key(key[0], one) for one in members)
        return tuple(found.values())

    def read_inputs(self, raw: Mapping[str, object]) -> dict[str, Value]:
        """Inputs as JSON has them, by the declared type of each: texts of dates become dates."""
        kinds = {
            element.name: (space, _type_of(element))
            for (space, _), element in self._elements.items()
            if isinstance(element, (InputData, Decision))
        }
        return {
            name: from_plain(value, kinds[name][1], self._types[kinds[name][0]])
            if name in kinds
            else deep_value(value)
            for name, value in raw.items()
        }

    def check(self, *, whole: Collection[str] = ()) -> tuple[tuple[str, Finding], ...]:
        """What is wrong with every decision table of the model: element and finding. As `check_table`."""
        types = self._types[self.model.namespace]
        return tuple(
            (name, finding)
            for name, table in tables(self.model)
            for finding in check_table(table, types, whole=whole)
        )

    # ------------------------------------------------------------- making ready

    def _index(self, model: Model) -> None:
        space = model.namespace
        for element in model.elements:
            self._elements[space, element.id] = element
        types = self._types[space] = Types()
        for item in model.items:
            types.add(item)
        self._aliases[space] = {one.namespace: one.name for one in model.imports}
        for one in model.imports:
            other = self._models.get(one.namespace)
            if other is None:
                place = Place(self._files.get(space, ""), one.line.number)
                self._problems.add(
                    "dmn-import",
                    f"引用的模型“{one.name or one.namespace}”没有找到。",
                    place,
                    "把它的文件放在同一个文件夹里",
                )
                continue
            for item in other.items:
                types.add(item, one.name)

    def _prepare(self, model: Model) -> None:
        space = model.namespace
        types = self._types[space]
        visible = {space, *self._aliases[space]}
        members = {name for one in visible if one in self._models for name in member_names(self._models[one])}
        compiler = Compiler(types, self._problems, self._files.get(space, ""), members)
        _constraints(compiler, model, types)
        for element in model.elements:
            compiler.where = element.name
            if isinstance(element, (Decision, KnowledgeModel)):
                names = self._in_sight(space, element.requirements, compiler)
                if isinstance(element, Decision):
                    self._runs[space, element.id] = compiler.box(element.expression, names)
                elif element.function is not None:
                    names = names.union({element.name}, (one.name for one in element.function.parameters))
                    body = element.function.body if element.function.kind == "FEEL" else None
                    self._runs[space, element.id] = compiler.box(body, names)
            elif isinstance(element, InputData):
                for dated in element.dated:
                    compiler.expression(dated.value, ())
        self._loops(model, compiler)
        self._problems.extend(review(model, types, compiler.file))

    def _in_sight(
        self, space: str, requirements: tuple[Requirement, ...], compiler: Compiler
    ) -> frozenset[str]:
        names = set()
        for one in requirements:
            if one.authority:
                continue
            key = self.key(space, one.href)
            element = self._elements.get(key)
            if element is None:
                self._problems.add(
                    "dmn-href",
                    f"“{compiler.where}”要用的元素 {one.href} 不存在。",
                    Place(compiler.file, one.line.number, 0, compiler.where),
                    "在图上重新连线，或删去这条连线",
                )
                continue
            own = variable_name(element)
            alias = self._aliases[space].get(key[0], "") if key[0] != space else ""
            names |= {alias, own} if alias else {own}
        return frozenset(names)

    def _loops(self, model: Model, compiler: Compiler) -> None:
        state: dict[Key, int] = {}

        def visit(key: Key, path: tuple[str, ...]) -> None:
            element = self._elements.get(key)
            if not isinstance(element, Decision) or state.get(key) == 2:
                return
            if state.get(key) == 1:
                loop = " → ".join((*path[path.index(element.name) :], element.name))
                self._problems.add(
                    "dmn-loop", f"决策互相等待：{loop}。", Place(compiler.file), "去掉其中一条连线"
                )
                return
            state[key] = 1
            for one in element.requirements:
                if not one.authority:
                    visit(self.key(key[0], one.href), (*path, element.name))
            state[key] = 2

        for decision in model.decisions:
            visit((model.namespace, decision.id), ())

    # ------------------------------------------------------------- looking up

    def key(self, space: str, href: str) -> Key:
        """The element an href of a model means."""
        other, _, own = href.rpartition("#")
        return (other or space, own)

    def element(self, key: Key) -> Element | None:
        return self._elements.get(key)

    def run(self, key: Key) -> Run | None:
        return self._runs.get(key)

    def types(self, space: str) -> Types:
        return self._types[space]

    def alias(self, space: str, other: str) -> str:
        """The name under which a model sees another one; empty for itself."""
        return "" if space == other else self._aliases[space].get(other, "")

    def named(self, name: str) -> Key:
        """The element of the main model with that name.

        Raises:
            KeyError: there is none.
        """
        return self._names[name]


class Session:
    """One question: its inputs, and what was worked out so far. `given` stands for the elements of a service."""

    def __init__(
        self,
        decisions: Decisions,
        inputs: Mapping[str, Value],
        setting: Setting,
        given: Mapping[Key, Value] | None = None,
    ) -> None:
        self._all, self._inputs, self._setting = decisions, inputs, setting
        self._found: dict[Key, Value] = dict(given or {})
        self._busy: set[Key] = set()
        self._missing: Value = UNKNOWN if setting.mode is Mode.ENTITLEMENT else None

    def named(self, name: str) -> Value:
        key = self._all.named(name)
        element = self._all.element(key)
        value = self.value(key)
        if isinstance(element, (KnowledgeModel, DecisionService)) and isinstance(value, Function):
            return value(tuple(self._inputs.get(one, self._missing) for one in value.parameters))
        return value

    def value(self, key: Key) -> Value:
        if key not in self._found:
            if key in self._busy:  # a loop was told when the model was made ready
                return None
            self._busy.add(key)
            self._found[key] = self._work_out(key)
            self._busy.discard(key)
        return self._found[key]

    def _work_out(self, key: Key) -> Value:
        element = self._all.element(key)
        if isinstance(element, InputData):
            return self._input(key, element)
        if isinstance(element, Decision):
            return self._decision(key, element)
        if isinstance(element, KnowledgeModel):
            return self._knowledge(key, element)
        if isinstance(element, DecisionService):
            return self._service(key, element)
        return None

    def _input(self, key: Key, element: InputData) -> Value:
        for name in (f"{key[0]}#{element.name}", element.name, variable_name(element)):
            if name in self._inputs:
                return self._typed(self._inputs[name], key, element.variable)
        if element.dated:
            return self._typed(
                value_as_of(element.dated, self._setting.today, self._missing), key, element.variable
            )
        return self._missing

    def _decision(self, key: Key, element: Decision) -> Value:
        if element.expression is None:
            return self._typed(self._inputs.get(element.name), key, element.variable)
        run = self._all.run(key)
        # Many modellers let a table stand alone and name its inputs only in the columns.
        sight = self._sight(key[0], element.requirements) if element.requirements else self._inputs
        value = None if run is None else run(Frame(sight, self._setting))
        return self._typed(value, key, element.variable)

    def _sight(self, space: str, requirements: tuple[Requirement, ...]) -> dict[str, Value]:
        """The values of what an element requires, under the names it sees."""
        values: dict[str, Value] = {}
        for one in requirements:
            key = self._all.key(space, one.href)
            element = self._all.element(key)
            if one.authority or element is None:
                continue
            name, alias = variable_name(element), self._all.alias(space, key[0])
            if alias:
                within = values.setdefault(alias, {})
                if isinstance(within, dict):
                    within[name] = self.value(key)
            else:
                values[name] = self.value(key)
        return values

    def _typed(self, value: Value, key: Key, variable: Variable | None) -> Value:
        return value if variable is None else self._all.types(key[0]).coerce(value, variable.type)

    def _knowledge(self, key: Key, element: KnowledgeModel) -> Value:
        function, run = element.function, self._all.run(key)
        if function is None or run is None:
            return None
        types, parameters = self._all.types(key[0]), function.parameters
        itself: list[Function] = []

        def call(arguments: tuple[Value, ...]) -> Value:
            given = self._arguments(arguments, parameters, types)
            if given is None:
                return None
            values = {element.name: itself[0], **self._sight(key[0], element.requirements), **given}
            result = types.coerce(run(Frame(values, self._setting)), function.type)
            kind = "" if element.variable is None else element.variable.type
            item = types.item(kind)
            # A function type on the variable tells the type of the result; any other type is that of the result.
            return types.coerce(result, item.function.result if item and item.function else kind)

        itself.append(Function(tuple(one.name for one in parameters), call))
        return itself[0]

    def _arguments(
        self, arguments: tuple[Value, ...], parameters: tuple[Variable, ...], types: Types
    ) -> dict[str, Value] | None:
        """The arguments by name; None when one is of a wrong type, and the function is not called."""
        found = {}
        for parameter, argument in zip(parameters, arguments, strict=True):
            value = types.coerce(argument, parameter.type)
            if value is None and argument is not None:
                return None
            found[parameter.name] = value
        return found

    def _service(self, key: Key, element: DecisionService) -> Value:
        """A service as a function of its input data and then its input decisions."""
        keys = [self._all.key(key[0], one) for one in (*element.input_data, *element.input_decisions)]
        members = [(one, found) for one in keys if (found := self._all.element(one)) is not None]
        parameters = tuple(Variable(name=variable_name(found), type=_type_of(found)) for _, found in members)
        types = self._all.types(key[0])

        def call(arguments: tuple[Value, ...]) -> Value:
            given = self._arguments(arguments, parameters, types)
            if given is None:
                return None
            values = {one: given[variable_name(found)] for one, found in members}
            inner = Session(self._all, {}, self._setting, values)
            results = {}
            for href in element.outputs:
                output = self._all.key(key[0], href)
                if (found := self._all.element(output)) is not None:
                    results[variable_name(found)] = inner.value(output)
            value: Value = next(iter(results.values())) if len(results) == 1 else results
            return self._typed(value, key, _result_variable(element, types))

        return Function(tuple(one.name for one in parameters), call)


def _result_variable(service: DecisionService, types: Types) -> Variable | None:
    variable = service.variable
    item = types.item(variable.type) if variable is not None else None
    if variable is None or item is None or item.function is None:
        return variable
    return Variable(name=variable.name, type=item.function.result)


def variable_name(element: Element) -> str:
    """The name by which logic knows an element."""
    variable = getattr(element, "variable", None)
    return variable.name if isinstance(variable, Variable) and variable.name else element.name


def _type_of(element: Element) -> str:
    variable = getattr(element, "variable", None)
    return variable.type if isinstance(variable, Variable) else ""


def deep_value(raw: object) -> Value:
    """What a caller gives, as FEEL knows it, all the way in."""
    value = to_value(raw)
    if isinstance(value, Mapping):
        return {str(key): deep_value(one) for key, one in value.items()}
    return tuple(deep_value(one) for one in value) if isinstance(value, tuple) else value


def _constraints(compiler: Compiler, model: Model, types: Types) -> None:
    """Make ready the allowed values and constraints of every named type."""
    empty = Frame({}, Setting())

    def check(test: Callable[[Value, Frame], Value]) -> Callable[[Value], Value]:
        return lambda value: test(value, empty)

    for item in item_names(model):
        compiler.where = item.name
        for text in (item.allowed, item.constraint):
            if text is not None:
                types.checks[id(text)] = check(compiler.tests(text, ()))


def compile_model(
    model: Model, imported: Mapping[str, Model] | None = None, files: Mapping[str, str] | None = None
) -> Decisions:
    """Make a model ready. `imported` are the models it needs, and `files` their file names, both by namespace."""
    return Decisions(model, imported or {}, files or {})


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those that keep a model from being used."""
    return tuple(one for one in problems if one.severity is Severity.ERROR)
