"""Words for the codes of the catalogue, as item managers use them."""

from django.utils.translation import gettext_lazy as _

ITEM_TYPES = {
    "permit": _("行政许可"),
    "penalty": _("行政处罚"),
    "compulsion": _("行政强制"),
    "levy": _("行政征收"),
    "benefit": _("行政给付"),
    "inspection": _("行政检查"),
    "confirmation": _("行政确认"),
    "reward": _("行政奖励"),
    "ruling": _("行政裁决"),
    "other": _("其他行政权力"),
    "public_service": _("公共服务"),
}
LEVELS = {
    "national": _("国家级"),
    "province": _("省级"),
    "city": _("市级"),
    "county": _("县级"),
    "township": _("乡镇级"),
    "village": _("村级"),
}
HANDLINGS = {"immediate": _("即办件"), "promised": _("承诺件")}
SUBJECTS = {"person": _("自然人"), "company": _("经营主体"), "matter": _("事项本身")}
CHANNELS = {"window": _("窗口"), "online": _("网上"), "post": _("邮寄"), "terminal": _("自助终端")}
STATUSES = {"in_use": _("在用"), "paused": _("暂停"), "cancelled": _("取消")}
MATERIAL_FORMS = {"either": _("纸质或电子"), "electronic": _("电子"), "paper": _("纸质")}
MATERIAL_SOURCES = {"applicant": _("申请人自备"), "government": _("政府部门核发"), "other": _("其他")}
NECESSITIES = {"required": _("必要"), "optional": _("非必要")}
LIMIT_UNITS = {
    "workday": _("个工作日"),
    "day": _("日"),
    "hour": _("小时"),
    "month": _("个月"),
    "immediate": _("当场办结"),
}
RESULT_KINDS = {"licence": _("证照"), "approval": _("批文"), "other": _("其他"), "none": _("无")}
STEP_KINDS = {
    "review": _("审查"),
    "opinion": _("征求意见"),
    "inspection": _("现场勘验"),
    "expert_review": _("专家评审"),
    "acceptance": _("验收"),
    "decision": _("决定"),
    "issue": _("制证"),
}
EDGE_KINDS = {
    "within": _("事项内部顺序"),
    "result": _("要用前面的结果"),
    "field": _("要用前面产生的信息"),
    "order": _("规定的先后"),
}
DISPOSITIONS = {
    "asked": (_("要交"), "blue", "upload"),
    "waived": (_("免交"), "green", "badge-check"),
    "produced": (_("内部流转"), "green", "refresh-cw"),
    "form": (_("表单生成"), "green", "file-check"),
}
MEASURES = {
    "fields": (_("填写项"), _("项")),
    "materials": (_("材料"), _("份")),
    "steps": (_("环节"), _("个")),
    "trips": (_("跑动"), _("次")),
    "days": (_("时限"), _("个工作日")),
}
CONFIDENCES = {
    "official": (_("官方公开"), "green"),
    "practice": (_("各地做法"), "blue"),
    "reconstructed": (_("整理所得，未经核定"), "yellow"),
    "fictitious": (_("虚构示例"), "yellow"),
}
PARTIALS = {
    "dependants_stop": _("有一项不予许可时，依赖它的事项停办，其余继续"),
    "all_withdrawn": _("有一项不予许可时，整件事停办"),
}
TIMINGS = {"before": _("受理前"), "during": _("办理中"), "after": _("办结后")}
KINDS = {
    "text": _("文字"),
    "long_text": _("长文字"),
    "integer": _("整数"),
    "decimal": _("小数"),
    "money": _("金额"),
    "date": _("日期"),
    "boolean": _("是否"),
    "choice": _("单选"),
    "multi_choice": _("多选"),
    "name": _("姓名"),
    "id_number": _("证件号码"),
    "credit_code": _("统一社会信用代码"),
    "phone": _("电话"),
    "email": _("邮箱"),
    "address": _("地址"),
    "bank_account": _("银行账号"),
}
LIBRARY_KINDS = {
    "onething": _("一件事"),
    "item": _("事项"),
    "element": _("数据元"),
    "document": _("材料种类"),
    "codes": _("代码表"),
    "group": _("表单分组"),
    "stage": _("阶段"),
    "body": _("部门"),
    "source": _("数据源"),
    "overlay": _("本地调整"),
    "family": _("一类事"),
}
LIBRARY_STATES = {
    "draft": _("草稿"),
    "proposed": _("等审核"),
    "published": _("正在用"),
    "replaced": _("已被新版代替"),
    "rejected": _("退回"),
    "withdrawn": _("作废"),
}
PARTS = {
    "overview": _("概览"),
    "form": _("表单"),
    "materials": _("材料"),
    "questions": _("情形问题"),
    "plan": _("流程"),
    "bpmn": _("BPMN 图"),
    "savings": _("减了多少"),
    "whatif": _("如果改"),
    "rehearse": _("演练"),
    "fake": _("假一件事"),
    "rules": _("准入和费用"),
    "try": _("试一个人"),
    "problems": _("问题"),
    "versions": _("版本"),
}
"""The parts of a one-thing's page, in order."""
EXPORTS = (
    ("guide", _("办事指南")),
    ("sheet", _("轻松办")),
    ("checklist", _("核对清单")),
    ("form", _("空白表")),
    ("png", "PNG"),
    ("svg", "SVG"),
    ("bpmn", "BPMN"),
    ("schema", "JSON Schema"),
)
"""What a blueprint can be taken away as, with the words of the links."""

ATTRIBUTES = {
    "name": _("名称"),
    "body": _("实施主体"),
    "item_type": _("事项类型"),
    "handling": _("办件类型"),
    "statutory": _("法定时限"),
    "promised": _("承诺时限"),
    "provenance": _("来源"),
    "source": _("来源"),
    "confidence": _("可信度"),
    "aliases": _("别名"),
    "catalog_code": _("基本编码"),
    "task_code": _("实施编码"),
    "level": _("行使层级"),
    "objects": _("服务对象"),
    "basis": _("设定依据"),
    "conditions": _("受理条件"),
    "situations": _("情形"),
    "fields": _("表单字段"),
    "materials": _("申请材料"),
    "results": _("审批结果"),
    "fees": _("收费"),
    "steps": _("办理环节"),
    "special_procedures": _("特别程序"),
    "review_points": _("审查要点"),
    "channels": _("办理形式"),
    "visits": _("到现场次数"),
    "scope": _("办理范围"),
    "faq": _("常见问题"),
    "status": _("事项状态"),
    "version": _("版本"),
    "valid_from": _("生效日期"),
    "valid_to": _("失效日期"),
    "amount": _("数额"),
    "unit": _("单位"),
    "limit": _("时限"),
    "required": _("是否必填"),
    "visible": _("何时填写"),
    "when": _("何时适用"),
    "necessity": _("必要性"),
    "text": _("内容"),
    "rule": _("规则"),
    "reason": _("原因"),
    "note": _("说明"),
    "members": _("组成事项"),
    "gate": _("准入"),
    "orders": _("先后"),
    "profiles": _("示例的人"),
    "lead": _("牵头部门"),
    "stage": _("阶段"),
    "subject": _("给谁办"),
    "summary": _("说明"),
    "answers": _("回答"),
    "share": _("占比"),
    "optional": _("自选"),
    "late": _("可后办"),
    "fallback": _("改办单项"),
    "partial": _("部分不予许可"),
    "question": _("问"),
    "answer": _("答"),
    "title": _("名称"),
    "article": _("条款"),
    "key": _("键"),
    "element": _("数据元"),
    "document": _("材料种类"),
    "form": _("形式"),
    "copies": _("复印件"),
    "originals": _("原件"),
    "deferrable": _("可容缺"),
    "defer_days": _("容缺天数"),
    "commitment": _("可承诺"),
    "kind": _("种类"),
    "label": _("选项"),
    "value": _("值"),
    "help": _("说明"),
    "item": _("事项"),
    "before": _("先办"),
    "after": _("后办"),
    "template": _("样式"),
    "reduction": _("减免"),
    "timing": _("何时收"),
    "staff": _("人数"),
    "asks": _("征求谁"),
    "options": _("选项"),
    "allowed": _("可选值"),
    "minimum": _("最小"),
    "maximum": _("最大"),
    "max_length": _("最多字数"),
}
"""Attributes of an item, for the list of what changed."""
