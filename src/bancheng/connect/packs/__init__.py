"""Packs: content as data. Bytes → records with positions; all problems at once."""

from bancheng.connect.packs._export import export_tree, to_json, to_yaml
from bancheng.connect.packs._files import default_folders, packs_root
from bancheng.connect.packs._library import LIBRARY_KINDS, Addition
from bancheng.connect.packs._load import load_packs
from bancheng.connect.packs._model import (
    CaseSubjects,
    ExampleCase,
    Expectation,
    HeldDocument,
    Loaded,
    PackInfo,
    Person,
    RegisterEntry,
    Role,
)
from bancheng.connect.packs._positions import Positions

__all__ = [
    "LIBRARY_KINDS",
    "Addition",
    "CaseSubjects",
    "ExampleCase",
    "Expectation",
    "HeldDocument",
    "Loaded",
    "PackInfo",
    "Person",
    "Positions",
    "RegisterEntry",
    "Role",
    "default_folders",
    "export_tree",
    "load_packs",
    "packs_root",
    "to_json",
    "to_yaml",
]
