"""Names, telephones, masks and money, as people write and read them."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.kernel import (
    capital_yuan,
    check_name,
    check_phone,
    fen,
    format_yuan,
    is_mobile,
    mask_address,
    mask_id_number,
    mask_name,
    mask_phone,
    normalise_name,
    normalise_phone,
    search_key,
    yuan,
)

NAMES = [
    "王",
    "张三",
    "欧阳娜娜",
    "买买提·吐尔逊",
    "阿不都热合曼·阿不都热依木·阿不力孜",
    "John Smith",
    "José María O'Neill-García",
    "Nguyễn Thị Ánh",
    "Иван Петров",
    "王〇",
    "㐀",  # the first of extension A
    "王○",  # the round zero that many keyboards offer for 〇
    "葛\ufe00",  # the first variation selector
    "\U00020000",  # the first of extension B
    "\U00020bb7野",  # 𠮷, extension B
    "张\U0002a6b2",  # extension B
    "李\U0002b740",  # extension D
    "赵\U00030000",  # extension G
    "陈\U00031350",  # extension H
    "周\ue000",  # private use, as old household systems print it
    "葛\U000e0100",  # with a variation selector
]


@pytest.mark.parametrize("name", NAMES)
def test_names_as_people_have_them_are_taken_unchanged(name: str) -> None:
    assert check_name(name) is None
    assert normalise_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("dot", "·•・‧．∙⋅･")
def test_every_kind_of_middle_dot_becomes_one(dot: str) -> None:
    assert normalise_name(f"买买提 {dot} 吐尔逊") == "买买提·吐尔逊"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  张 三 ", "张三"),
        ("张　三", "张三"),
        ("John   Smith", "John Smith"),
        ("张三\u200b", "张三"),
        ("Jose\u0301", "José"),
        ("", ""),
    ],
)
def test_a_name_is_tidied_without_changing_it(typed: str, name: str) -> None:
    assert normalise_name(typed) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name.missing"),
        ("   ", "name.missing"),
        ("张3", "name.digit"),
        ("张３", "name.digit"),
        ("张\x00三", "name.characters"),
        ("张<三>", "name.characters"),
        ("张😀", "name.characters"),
        ("·", "name.characters"),
        ("张" * 101, "name.long"),
    ],
)
def test_what_cannot_be_a_name_is_told_gently(name: str, code: str) -> None:
    problem = check_name(name)
    assert problem is not None
    assert problem.code == code
    assert "身份证件" in problem.suggestion


@given(st.text(max_size=30))
def test_tidying_a_name_twice_changes_nothing_more(text: str) -> None:
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提•吐尔逊", "买买提吐尔逊"),
        ("JOHN  SMITH", "john smith"),
        ("José", "jose"),
        ("Ｊｏｈｎ", "john"),
    ],
)
def test_two_spellings_of_a_name_meet_in_search(one: str, other: str) -> None:
    assert search_key(one) == search_key(other) != ""


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_lost_to_search(name: str) -> None:
    assert search_key(name)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王", "*"),
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("欧阳娜娜", "欧**娜"),
        ("买买提·吐尔逊", "买*****逊"),
        ("John Smith", "J*** S***"),
        ("\U00020bb7野家", "\U00020bb7*家"),
        ("", ""),
    ],
)
def test_names_are_masked_as_is_the_practice(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_identity_numbers_keep_one_and_one_or_six_and_four_by_role() -> None:
    assert mask_id_number("99999919900307005x") == "9****************X"
    assert mask_id_number("99999919900307005X", wide=True) == "999999********005X"
    assert mask_id_number("123", wide=True) == "***"


def test_telephones_keep_three_and_four() -> None:
    assert mask_phone("138 0000 0000") == "138****0000"
    assert mask_phone("110") == "***"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("样例省样例市样例区样例路1号", "样例省样例市样例区****"),
        ("内蒙古自治区锡林郭勒盟锡林浩特市某街2号", "内蒙古自治区锡林郭勒盟锡林浩特市****"),
        ("样例市样例县样例镇三村", "样例市样例县****"),
        ("样例市样例路样例小区3号楼201", "样例市****"),
        ("样例路1号201室", "****"),
        ("", "****"),
    ],
)
def test_addresses_are_shown_down_to_the_district(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.text(max_size=40))
def test_masks_never_fail(text: str) -> None:
    mask_name(text)
    mask_id_number(text)
    mask_phone(text)
    assert mask_address(text).endswith("****")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0000 0000", "13800000000"),
        ("+86-13800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("(0999) 555-1234", "09995551234"),
        ("010-55512345", "01055512345"),
        ("0999-5551234 转 8", "09995551234-8"),
        ("0999-5551234-801", "09995551234-801"),
        ("0999-5551234转分机8", "09995551234-8"),
    ],
)
def test_telephones_are_understood_as_typed(typed: str, number: str) -> None:
    assert normalise_phone(typed) == number
    assert check_phone(typed) is None
    assert is_mobile(typed) == number.startswith("1")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone.missing"),
        ("1380000000", "phone.mobile"),
        ("12000000000", "phone.mobile"),
        ("5551234", "phone.landline"),
    ],
)
def test_wrong_telephones_are_told_gently(typed: str, code: str) -> None:
    problem = check_phone(typed)
    assert problem is not None
    assert problem.code == code


def test_money_is_whole_fen() -> None:
    assert fen("12.05") == 1205
    assert yuan(1205) == Decimal("12.05")
    assert str(yuan(1200)) == "12.00"
    with pytest.raises(ValueError, match="whole number of fen"):
        fen(Decimal("0.001"))


@given(st.integers(-(10**18), 10**18))
def test_fen_and_yuan_are_inverse(amount: int) -> None:
    assert fen(yuan(amount)) == amount


def test_money_is_shown_with_thousands_and_two_decimals() -> None:
    assert format_yuan(120500) == "1,205.00元"
    assert format_yuan(-5) == "-0.05元"
    assert format_yuan(0) == "0.00元"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (1000, "壹拾元整"),
        (1205, "壹拾贰元零伍分"),
        (1250, "壹拾贰元伍角整"),
        (120500, "壹仟贰佰零伍元整"),
        (10050000, "壹拾万零伍佰元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (10_000_000_100, "壹亿零壹元整"),
        (1_000_000_000_000, "壹佰亿元整"),
        (-100, "负壹元整"),
    ],
)
def test_amounts_are_written_in_capitals_for_receipts(amount: int, words: str) -> None:
    assert capital_yuan(amount) == words


@given(st.integers(0, 10**18 - 1))
def test_capital_amounts_read_back_to_the_same_number(amount: int) -> None:
    assert read_capital(capital_yuan(amount)) == amount


def test_amounts_beyond_sixteen_digits_of_yuan_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        capital_yuan(10**18)


def read_capital(words: str) -> int:
    """An independent reader: digits wait for their unit, groups of four for theirs."""
    total = part = digit = 0
    digits = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
    for char in words.removesuffix("整"):
        if char in digits:
            digit = digits[char]
        elif char in "拾佰仟":
            part += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = 0
        elif char in "兆亿万元":
            total += (part + digit) * {"兆": 10**12, "亿": 10**8, "万": 10**4, "元": 1}[char] * 100
            part = digit = 0
        else:
            total += digit * {"角": 10, "分": 1}[char]
            digit = 0
    return total
