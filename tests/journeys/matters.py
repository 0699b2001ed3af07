"""What the specimen town's people answer, type and choose in the matters that the journeys walk."""

from typing import Final

from tests.journeys.applying import Answers, answer_questions, begin, fill_form, submit, upload_papers
from tests.journeys.browser import Person

NOODLES: Final = {
    "您的店面多大？": "50至150平方米",
    "店在几层？": "一层",
    "店面是哪来的？": "租来的",
    "要挂户外招牌吗？": "要挂",
    "店里炒、炸、烤吗？": "会",
    "做凉菜、生食或裱花蛋糕吗？": "不做",
}
NOODLES_FORM: Final[Answers] = {
    "门店名称": "老张面馆",
    "使用面积": "86.5",
    "就餐座位数": "24",
    "餐饮类型": "面馆、快餐",
    "经营项目": ("热食类食品制售",),
    "是否做外卖": "否",
    "食品安全员姓名": "张老三",
    "食品安全员证件号码": "999999197203161016",
    "接触食品的人数": "3",
    "后厨面积": "24",
    "招牌形式": "平贴墙面",
    "招牌文字": "老张面馆",
    "招牌宽度": "3.6",
    "招牌高度": "0.8",
}
BUS: Final = {
    "接送哪些孩子？": "小学",
    "司机已有校车驾驶资格吗？": "已有",
    "车是新买的、还没上牌吗？": "已上牌",
    "校车由谁来开？": "学校自己的车",
}
BUS_FORM: Final[Answers] = {
    "校车数量": "1",
    "车牌号": "示A00001",
    "车辆识别代号": "LSAMPLE0000000001",
    "核定乘员数": "36",
    "最近一次安全技术检验日期": "2026-10-08",
    "承运人责任保险到期日": "2027-10-01",
    "是否装有行驶记录仪和视频监控": "是",
    "驾驶人姓名": "车老师",
    "驾驶人证件号码": "999999198002021134",
    "准驾车型": "A1",
    "学校名称": "云溪县示范小学",
    "学校统一社会信用代码": "129999993000001174",
    "乘车学生人数": "32",
    "行驶线路": "办成镇—老街—示范小学",
    "停靠站点数": "5",
    "单程里程": "12",
    "开行时间": "7:10—7:45，16:30—17:05",
    "随车照管人员": "照管员",
}
BIRTH: Final = {"要登记爸爸的信息吗？": "要"}
BIRTH_FORM: Final[Answers] = {
    "孩子姓名": "买买提·阿里木",
    "孩子民族": "维吾尔族",
    "预防接种门诊": "办成镇卫生院",
    "母亲手机号码": "19900000106",
    "父亲手机号码": "19900000107",
    "孩子与户主关系": "儿子",
    "随父亲还是母亲落户": "随父亲",
    "领取方式": "只要电子证照",
    "父亲同意调用其电子证照": "是",
}
RETIREMENT: Final = {"您属于哪种退休？": "到了法定年龄", "领独生子女父母奖励吗？": "不领或不符合"}
RETIREMENT_FORM: Final[Answers] = {"手机号码": "19900000112", "拟退休日期": "2026-12-01"}


def apply_for_noodles(zhang: Person) -> str:
    """Old Zhang applies; the number of his case."""
    return _apply(zhang, "open_restaurant", NOODLES, NOODLES_FORM)


def apply_for_the_bus(liu: Person) -> str:
    """The headmaster applies; the number of the case."""
    return _apply(liu, "school_bus", BUS, BUS_FORM)


def apply_after_a_birth(mother: Person) -> str:
    """A mother applies for her child; the number of the case."""
    return _apply(mother, "newborn", BIRTH, BIRTH_FORM)


def _apply(person: Person, onething: str, situation: dict[str, str], form: Answers) -> str:
    begin(person, onething)
    answer_questions(person, situation)
    person.follow("去填表")
    fill_form(person, form)
    upload_papers(person)
    return submit(person)
