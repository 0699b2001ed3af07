"""Proposers: a language model may propose how the conditions of a policy could be written; a person decides."""

from bancheng.connect.proposers._http import ModelProposer
from bancheng.connect.proposers._port import MOST, Fact, Proposed, Proposer, ProposerDown

__all__ = ["MOST", "Fact", "ModelProposer", "Proposed", "Proposer", "ProposerDown"]
