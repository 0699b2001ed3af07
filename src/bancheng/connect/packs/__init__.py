"""Packs: content as data. Bytes → records with positions; all problems at once."""

from bancheng.connect.packs._benefits import BenefitExample, LoadedBenefits, load_benefits, policy_tree
from bancheng.connect.packs._export import export_tree, to_json, to_yaml
from bancheng.connect.packs._files import default_folders, packs_root
from bancheng.connect.packs._files import stamp
from bancheng.connect.packs._library import LIBRARY_KINDS, Addition
from bancheng.connect.packs._load import dated, load_packs
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
from bancheng.connect.packs._package import (
    ContentPackage,
    PackageManifest,
    PackageRecord,
    make_package,
    open_package,
    portable,
)
from bancheng.connect.packs._package_compare import (
    TAKEN,
    ComparedRecord,
    Local,
    RecordStanding,
    compare_package,
)
from bancheng.connect.packs._positions import Positions
from bancheng.connect.packs._single import ReadItem, read_items

__all__ = [
    "LIBRARY_KINDS",
    "TAKEN",
    "Addition",
    "BenefitExample",
    "CaseSubjects",
    "ComparedRecord",
    "ContentPackage",
    "ExampleCase",
    "Expectation",
    "HeldDocument",
    "Loaded",
    "LoadedBenefits",
    "Local",
    "PackInfo",
    "PackageManifest",
    "PackageRecord",
    "Person",
    "Positions",
    "ReadItem",
    "RecordStanding",
    "RegisterEntry",
    "Role",
    "compare_package",
    "dated",
    "default_folders",
    "export_tree",
    "load_benefits",
    "load_packs",
    "make_package",
    "open_package",
    "packs_root",
    "policy_tree",
    "portable",
    "read_items",
    "stamp",
    "to_json",
    "to_yaml",
]
