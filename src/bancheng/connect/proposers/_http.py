"""A language model behind the interface that most servers of models speak: ``POST …/chat/completions``, JSON.

The city runs the model or chooses who does. What is sent is the public text of a policy and the dictionary of facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bancheng.connect.proposers._port import MOST, Fact, Proposed, ProposerDown

PATIENCE = 60.0
"""Seconds for an answer."""
_LARGEST = 200_000
"""Bytes of an answer that are read."""
_TASK = """你把一份政策原文里的享受条件改写成 FEEL（DMN 1.5）表达式。只用下面列出的数据，名字照抄；没有对应数据的不写。
代码只能用列出的取值，写在英文双引号里。年龄写 age(person.birth, today()) >= 80 这样。标点用英文标点。
只回答一个 JSON 数组，每项 {"text": "原文里的话", "when": "FEEL"}，不要别的字。

数据：
"""


class ModelProposer:
    """A model at an address (``https://models.example/v1``). `key` may be empty."""

    def __init__(self, address: str, model: str, key: str = "", *, patience: float = PATIENCE) -> None:
        self._address, self._model, self._key = address.rstrip("/"), model, key
        self._patience = patience

    def propose(self, text: str, facts: Sequence[Fact]) -> tuple[Proposed, ...]:
        """As the port says."""
        told = [{"role": "system", "content": _TASK + _dictionary(facts)}, {"role": "user", "content": text}]
        answer = self._ask({"model": self._model, "messages": told, "temperature": 0})
        try:
            said = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise ProposerDown("模型的应答读不懂") from None
        return _read(said)

    def _ask(self, what: dict[str, Any]) -> Any:
        import requests  # noqa: PLC0415 - reason: heavy, and wanted by few

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        address = f"{self._address}/chat/completions"
        try:
            with requests.post(
                address,
                json=what,
                headers=headers,
                timeout=self._patience,
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != 200:
                    raise ProposerDown(f"模型应答 {answer.status_code}")
                body = answer.raw.read(_LARGEST + 1, decode_content=True)
        except requests.RequestException as error:
            raise ProposerDown(f"模型没有应答（{type(error).__name__}）") from error
        if len(body) > _LARGEST:
            raise ProposerDown("模型的应答太长")
        try:
            return json.loads(body)
        except ValueError:
            raise ProposerDown("模型的应答读不懂") from None


def _dictionary(facts: Sequence[Fact]) -> str:
    return "\n".join(
        f"{one.name}：{one.title}，{one.kind}{'，取值 ' + '、'.join(one.values) if one.values else ''}"
        for one in facts
    )


def _read(said: object) -> tuple[Proposed, ...]:
    """The first JSON array in the answer; models like to write words around it."""
    found = re.search(r"\[.*\]", said, re.DOTALL) if isinstance(said, str) else None
    try:
        rows = json.loads(found[0]) if found else None
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        raise ProposerDown("模型的应答读不懂")
    return tuple(
        Proposed(text=" ".join(row["text"].split())[:200], when=" ".join(row["when"].split())[:500])
        for row in rows[:MOST]
        if isinstance(row, dict) and isinstance(row.get("text"), str) and isinstance(row.get("when"), str)
    )
