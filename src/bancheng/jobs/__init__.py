"""What happens by itself: the queue of tasks and the sweeps, worked off by any number of workers."""

from bancheng.jobs.worker import Worker

__all__ = ["Worker"]
