"""The example pack is whole, and is the one that the document on writing packs explains."""

import re

from tests.house.source import ROOT

from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.compiler import compile_onething

TEA = ROOT / "examples" / "tea"


def test_the_example_pack_has_no_problem_and_compiles() -> None:
    loaded = load_packs([*default_folders(), TEA])
    assert [problem for problem in loaded.problems if str(TEA) in problem.render()] == []
    catalogue = loaded.catalogue
    compiled = compile_onething(catalogue.onethings["open_tea_stall"], catalogue, loaded.coverage)
    assert compiled.blueprint is not None
    assert [item.key for item in compiled.blueprint.items] == ["tea_stall", "business_licence_verification"]


def test_the_document_on_packs_shows_the_files_of_the_example() -> None:
    text = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(# pack\.yaml\n.*?)```", text, re.DOTALL)
    assert shown
    for part in re.split(r"(?m)^(?=# [\w/.]+\.yaml$)", shown[1]):
        name, _, body = part.partition("\n")
        if body.strip():
            assert (TEA / name.removeprefix("# ")).read_text(encoding="utf-8").strip() == body.strip()
