"""The one place where types and attributes of the catalogue get the words that a pack's author reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bancheng.core.catalogue import nearest
from bancheng.core.clock import Limit

TYPE_WORDS: Mapping[Any, str] = {
    str: "一段文字",
    int: "整数，如 3",
    Decimal: "数字，如 0.25",
    bool: "是或否，写 true 或 false",
    date: "日期，如 2026-01-31",
    tuple: "列表，每条以“- ”开头",
    dict: "若干行“名称: 内容”",
    Limit: "时限，如 20 workday",
}

RECORD_WORDS: Mapping[str, str] = {
    "Stage": "阶段",
    "ExternalSystem": "业务系统",
    "CodeList": "代码表",
    "Code": "代码",
    "FormGroup": "表单分组",
    "Element": "数据元",
    "DocumentType": "材料种类",
    "Body": "部门",
    "DispatchRule": "分派规则",
    "BatchRule": "批量准予规则",
    "BodyChange": "机构调整",
    "BodyMove": "职责划转",
    "Item": "事项",
    "ItemOverlay": "本地调整",
    "OneThingDefinition": "一件事",
    "LegalBasis": "设定依据",
    "Condition": "受理条件",
    "Situation": "情形",
    "Option": "选项",
    "FormField": "表单字段",
    "ColumnField": "多行信息的一列",
    "Material": "材料",
    "Result": "办理结果",
    "Fee": "收费",
    "FeeTier": "收费分档",
    "FeeReduction": "收费减免",
    "Family": "一类事",
    "Scene": "场景",
    "Step": "环节",
    "SignerRule": "签署要求",
    "SpecialProcedure": "特别程序",
    "ReviewPoint": "审查要点",
    "Question": "常见问题",
    "Member": "组成事项",
    "GateRule": "适用范围",
    "Order": "先后次序",
    "Profile": "样例申请人",
    "Claim": "公开说法",
    "ServiceExpectation": "服务期望",
    "Provenance": "来源",
    "DataSource": "数据源",
    "Manifest": "数据包说明",
    "RegisterEntry": "样例登记",
    "HeldDocument": "样例证照",
    "Person": "样例人员",
    "Role": "角色",
    "ExampleCase": "样例办件",
    "CaseSubjects": "样例办件的当事人",
    "CalendarYear": "日历",
    "Limit": "时限",
}

ATTRIBUTE_WORDS: Mapping[str, str] = {
    "name": "名称",
    "title": "标题",
    "kind": "种类",
    "level": "层级",
    "body": "实施主体",
    "item_type": "事项类型",
    "handling": "办件类型",
    "statutory": "法定办结时限",
    "promised": "承诺办结时限",
    "provenance": "来源",
    "source": "来源",
    "confidence": "可信程度",
    "element": "数据元",
    "document": "材料种类",
    "text": "文字",
    "rule": "规则",
    "reason": "理由",
    "basis": "依据",
    "amount": "金额",
    "limit": "时限",
    "subject": "对象",
    "stage": "阶段",
    "lead": "牵头部门",
    "members": "组成事项",
    "item": "事项",
    "codes": "代码",
    "value": "代码值",
    "label": "选项文字",
    "key": "键",
    "question": "问题",
    "answer": "回答",
    "columns": "列",
    "means": "对应的代码",
    "maps_to": "对应的代码表",
    "alternatives": "可以代替的材料",
    "quantity": "数量",
    "price": "单价",
    "tiers": "分档",
    "over": "起点",
    "off": "减去几成",
    "less": "减去多少元",
    "reductions": "减免",
    "scenes": "场景",
    "fixed": "固定回答",
    "choice": "选场景的问题",
    "without": "不含的事项",
    "answers": "回答",
    "materials": "材料",
    "fields": "表单字段",
    "situations": "情形",
    "steps": "环节",
    "fees": "收费",
    "results": "办理结果",
    "conditions": "受理条件",
    "max_days": "最长天数",
    "before": "在先事项",
    "after": "在后",
    "keyed_by": "查询用的数据元",
    "version": "版本",
    "unit": "单位",
}


def labelled(attribute: str) -> str:
    """``promised（承诺办结时限）``, or the bare attribute where no word is known."""
    word = ATTRIBUTE_WORDS.get(attribute)
    return f"{attribute}（{word}）" if word else attribute


def did_you_mean(wrong: str, candidates: Collection[str], otherwise: str = "") -> str:
    """``是不是想写 x？`` when something is near, `otherwise` when nothing is."""
    near = nearest(wrong, candidates)
    return f"是不是想写 {labelled(near)}？" if near else otherwise
