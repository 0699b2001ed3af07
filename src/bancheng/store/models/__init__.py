"""Every table of Bancheng, one module per matter."""

from bancheng.store.models.accounts import User
from bancheng.store.models.work import SweepClaim, WorkerBeat

__all__ = ["SweepClaim", "User", "WorkerBeat"]
