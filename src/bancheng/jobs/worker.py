"""A worker: drains the queue of tasks and runs the sweeps until it is told to stop."""

import os
import socket
import threading
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from bancheng.jobs.sweeps import run_due
from bancheng.store.models import WorkerBeat

_FORGET = timedelta(days=1)


class Worker:
    """One worker process.

    Args:
        pause: seconds between two looks at an idle queue.
    """

    def __init__(self, *, pause: float = 1.0) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._pause = pause
        self._stopped = threading.Event()
        self._queue = QueueWorker(
            queue_names=["*"],
            interval=0,
            batch=True,  # come back when the queue is empty, so that sweeps get their turn
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name[:64],
            excluded_queue_names=[],
        )

    def run(self) -> None:
        """Work turn by turn until ``stop`` is called; the task in hand is finished first."""
        try:
            while not self._stopped.is_set():
                self.turn()
                self._stopped.wait(self._pause)
        finally:
            WorkerBeat.objects.filter(worker=self.name).delete()

    def turn(self) -> dict[str, int]:
        """Say that we live, empty the queue once, run what is due; returns what the sweeps changed."""
        close_old_connections()
        now = timezone.now()
        WorkerBeat.objects.update_or_create(worker=self.name, defaults={"seen_at": now})
        WorkerBeat.objects.filter(seen_at__lt=now - _FORGET).delete()
        if DBTaskResult.objects.ready().exists():
            self._queue.run()
        return run_due(timezone.now())

    def stop(self) -> None:
        """Ask the worker to end after what it has in hand; asking twice changes nothing."""
        self._stopped.set()
        self._queue.running = False
