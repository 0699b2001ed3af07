"""An engine that is not ours, over our exported BPMN."""

from __future__ import annotations

import io

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bancheng.core.compiler import Plan, task_ids, to_bpmn


class Engine:
    """SpiffWorkflow over one exported plan."""

    def __init__(self, plan: Plan) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(to_bpmn(plan).encode())), filename="plan.bpmn")
        self.spec = parser.get_spec("process_plan")
        self.names = {task: step for step, task in task_ids(plan).items()}

    def start(self) -> Run:
        return Run(self)


class Run:
    """One case in the foreign engine."""

    def __init__(self, engine: Engine) -> None:
        self.names = engine.names
        self.workflow = BpmnWorkflow(engine.spec)
        self.workflow.do_engine_steps()

    def ready(self) -> dict[str, object]:
        tasks = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return {self.names[task.task_spec.bpmn_id]: task for task in tasks}

    def do(self, step: str) -> None:
        self.ready()[step].run()
        self.workflow.do_engine_steps()
