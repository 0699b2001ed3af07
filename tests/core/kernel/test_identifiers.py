"""Numbers and codes: the vectors of the standards, kind words for mistakes, and what check characters must catch."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bancheng.core.kernel import (
    IdKind,
    Sex,
    case_number,
    check_case_number,
    check_catalogue_code,
    check_credit_code,
    check_id_number,
    check_implementation_code,
    check_licence_identifier,
    check_organisation_code,
    group_code,
    is_sample_id_number,
    licence_identifier,
    normalise_code,
    normalise_id_number,
    parse_case_number,
    parse_credit_code,
    parse_id_number,
    parse_implementation_code,
    parse_licence_identifier,
    sample_credit_code,
    sample_id_number,
)

DIGITS = "0123456789"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODES = (
    "11370800MB28559184",
    "11440100007482575H",
    "11511301008778183N",
    "11510000MB1690541M",
    "1137010000418859XL",
    "91350100M000100Y43",
    "113700000045046442",
    "11100000000013338W",
)
LICENCES = (
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000000013338W011.11110000000021135M.20230329701.003.Y",
)
ITEM = "11370800MB285591843370117002011"

births = st.dates(date(1900, 1, 1), date(2026, 12, 31))
samples = st.builds(sample_id_number, births, st.integers(0, 999))
sample_codes = st.builds(
    sample_credit_code, st.integers(0, 999_999), st.sampled_from(["91", "92", "11", "Y1"])
)


def replaced(text: str, index: int, char: str) -> str:
    return text[:index] + char + text[index + 1 :]


def code_of(problem: object) -> str:
    return str(getattr(problem, "code", ""))


# --- people


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_published_identity_numbers_pass(number: str) -> None:
    assert check_id_number(number) is None


def test_a_number_tells_birth_and_sex() -> None:
    person = parse_id_number("11010519491231002X")
    assert person is not None
    assert (person.birth, person.sex, person.division) == (date(1949, 12, 31), Sex.FEMALE, "110105")
    assert (person.kind, person.sample) == (IdKind.CITIZEN, False)


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２ｘ"]
)
def test_a_number_is_understood_as_typed(typed: str) -> None:
    assert normalise_id_number(typed) == "11010519491231002X"
    assert check_id_number(typed) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id.missing"),
        ("999999800101001", "id.fifteen"),
        ("99999919800101", "id.length"),
        ("99999919800101001A", "id.characters"),
        ("99999919800230001X", "id.birth"),
        ("99999900000101001X", "id.birth"),
        ("110105194912310021", "id.check"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id.characters"),
    ],
)
def test_each_mistake_in_a_number_has_its_own_words(number: str, code: str) -> None:
    problem = check_id_number(number)
    assert problem is not None
    assert problem.code == code
    assert problem.message.endswith("。")
    assert parse_id_number(number) is None


def test_a_first_generation_number_is_refused_kindly() -> None:
    problem = check_id_number("999999800101001")
    assert problem is not None
    assert "15位" in problem.message
    assert "18位" in problem.suggestion


@pytest.mark.parametrize(
    ("first17", "kind"),
    [
        ("81000019900307001", IdKind.HONGKONG),
        ("82000019900307002", IdKind.MACAO),
        ("83000019900307003", IdKind.TAIWAN),
        ("91100019900307004", IdKind.FOREIGNER),
        ("99999919900307005", IdKind.SAMPLE),
    ],
)
def test_residence_documents_share_the_shape(first17: str, kind: IdKind) -> None:
    passing = [first17 + check for check in "0123456789X" if check_id_number(first17 + check) is None]
    assert len(passing) == 1
    person = parse_id_number(passing[0])
    assert person is not None
    assert person.kind is kind


@given(births, st.integers(0, 999))
def test_a_sample_number_passes_and_says_that_it_is_one(birth: date, serial: int) -> None:
    number = sample_id_number(birth, serial)
    person = parse_id_number(number)
    assert person is not None
    assert (person.birth, person.sample) == (birth, True)
    assert (person.sex is Sex.MALE) == (serial % 2 == 1)
    assert is_sample_id_number(number)


@given(samples, st.integers(0, 17), st.sampled_from(DIGITS + "X"))
def test_one_wrong_character_in_an_identity_number_is_always_noticed(
    number: str, index: int, char: str
) -> None:
    assume(number[index] != char)
    assert check_id_number(replaced(number, index, char)) is not None


@given(samples, st.integers(0, 16))
def test_two_swapped_neighbours_in_an_identity_number_are_always_noticed(number: str, index: int) -> None:
    assume(number[index] != number[index + 1])
    swapped = number[:index] + number[index + 1] + number[index] + number[index + 2 :]
    assert check_id_number(swapped) is not None


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (
        check_id_number,
        check_credit_code,
        check_organisation_code,
        check_catalogue_code,
        check_implementation_code,
        check_case_number,
        check_licence_identifier,
    ):
        check(text)
    assert parse_case_number(text) is None


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 21), (date(2026, 3, 1), 22), (date(2028, 2, 28), 23), (date(2028, 2, 29), 24)],
)
def test_age_counts_full_years(day: date, age: int) -> None:
    person = parse_id_number(sample_id_number(date(2004, 2, 29), 1))
    assert person is not None
    assert person.age_on(day) == age


@pytest.mark.parametrize("serial", [-1, 1000])
def test_a_sample_serial_has_three_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="0-999"):
        sample_id_number(date(2000, 1, 1), serial)


# --- organisations


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_real_credit_codes_and_the_organisation_codes_in_them_pass(code: str) -> None:
    assert check_credit_code(code) is None
    assert check_organisation_code(code[8:17]) is None
    assert check_organisation_code(f"{code[8:16]}-{code[16]}") is None
    parts = parse_credit_code(code.lower())
    assert parts is not None
    assert (parts.organisation, parts.division, parts.sample) == (code[8:17], code[2:8], False)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "credit.missing"),
        ("11370800004333214X", "credit.check"),
        ("11370800004333214", "credit.length"),
        ("1137080000433321OC", "credit.characters"),
    ],
)
def test_wrong_credit_codes_fail(code: str, problem: str) -> None:
    assert code_of(check_credit_code(code)) == problem
    assert parse_credit_code(code) is None


def test_the_failing_code_passes_with_its_right_check_character() -> None:
    # Its embedded organisation code has a wrong check of its own, which is nobody's fault who holds it.
    assert check_credit_code("11370800004333214C") is None
    assert code_of(check_organisation_code("004333214")) == "organisation.check"


@given(sample_codes, st.integers(0, 17), st.sampled_from(CREDIT))
def test_one_wrong_character_in_a_credit_code_is_always_noticed(code: str, index: int, char: str) -> None:
    assert check_credit_code(code) is None
    assume(code[index] != char)
    assert check_credit_code(replaced(code, index, char)) is not None


@given(st.integers(0, 999_999), st.integers(2, 7), st.sampled_from(DIGITS))
def test_one_wrong_digit_in_an_organisation_code_is_always_noticed(
    serial: int, index: int, char: str
) -> None:
    code = sample_credit_code(serial)[8:17]
    assert check_organisation_code(code) is None
    assume(code[index] != char)
    assert code_of(check_organisation_code(replaced(code, index, char))) == "organisation.check"


def test_a_sample_code_is_marked_by_its_division_and_reads_in_groups() -> None:
    code = sample_credit_code(1)
    parts = parse_credit_code(code)
    assert parts is not None
    assert (parts.sample, parts.authority, parts.category) == (True, "9", "1")
    assert group_code(code) == "9199 9999 MA00 0001 54"
    assert normalise_code(group_code(code)) == code


def test_a_sample_code_has_six_serial_digits() -> None:
    with pytest.raises(ValueError, match="0-999999"):
        sample_credit_code(1_000_000)


# --- items and cases


@pytest.mark.parametrize("code", [ITEM, "11440100007482575H3440118009000"])
def test_published_implementation_codes_pass(code: str) -> None:
    assert check_implementation_code(code) is None
    parts = parse_implementation_code(code)
    assert parts is not None
    assert (parts.body, parts.level, parts.catalogue) == (code[:18], 3, code[19:])


@pytest.mark.parametrize("code", ["370117002011", "000131003000", "440118009000", "00012300400Y"])
def test_published_catalogue_codes_pass(code: str) -> None:
    assert check_catalogue_code(code) is None


@pytest.mark.parametrize(
    "code", ["371117002011", "37011700201", "3701170020111", "370017002011", "37011700201X"]
)
def test_wrong_catalogue_codes_fail(code: str) -> None:
    assert code_of(check_catalogue_code(code)) == "catalogue.shape"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (ITEM[:-1], "implementation.length"),
        ("11370800004333214X3370117002011", "implementation.body"),
        (ITEM[:18] + "7" + ITEM[19:], "implementation.level"),
        (ITEM[:21] + "11" + ITEM[23:], "implementation.catalogue"),
    ],
)
def test_each_segment_of_an_implementation_code_is_checked(code: str, problem: str) -> None:
    assert code_of(check_implementation_code(code)) == problem
    assert parse_implementation_code(code) is None


def test_a_local_scheme_keeps_its_own_codes() -> None:
    local = "511A0138000000-511602000000-000-115113010833722043-1-00"
    assert check_implementation_code(local, scheme="SC") is None
    assert code_of(check_implementation_code(local)) == "implementation.length"
    assert code_of(check_implementation_code(" ", scheme="SC")) == "implementation.missing"


def test_a_case_number_is_made_checked_and_read() -> None:
    number = case_number(ITEM, date(2026, 2, 14), 7)
    assert len(number) == 43
    assert check_case_number(number) is None
    parts = parse_case_number(number)
    assert parts is not None
    assert (parts.item, parts.day, parts.serial) == (ITEM, date(2026, 2, 14), 7)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (ITEM + "202602140007"[:-1], "case.length"),
        (ITEM + "202602300007", "case.shape"),
        (ITEM + "20260214000A", "case.shape"),
        (ITEM[:-1] + "X" + "202602140007", "case.shape"),
    ],
)
def test_wrong_case_numbers_fail(number: str, problem: str) -> None:
    assert code_of(check_case_number(number)) == problem


@pytest.mark.parametrize("serial", [1, 9999])
def test_the_first_and_the_last_case_of_a_day_have_numbers(serial: int) -> None:
    parts = parse_case_number(case_number(ITEM, date(2026, 2, 14), serial))
    assert parts is not None
    assert parts.serial == serial


@pytest.mark.parametrize("serial", [0, 10_000])
def test_a_case_serial_has_four_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="1-9999"):
        case_number(ITEM, date(2026, 2, 14), serial)


# --- e-licences


@pytest.mark.parametrize("identifier", LICENCES)
def test_published_licence_identifiers_pass(identifier: str) -> None:
    assert check_licence_identifier(identifier) is None
    parts = parse_licence_identifier(identifier)
    assert parts is not None
    assert licence_identifier(parts.type_code, parts.issuer, parts.serial, parts.version) == identifier


@pytest.mark.parametrize(
    ("identifier", "problem"),
    [
        (LICENCES[0][:-1] + "1", "licence.check"),
        (LICENCES[0].removeprefix("1.2.156.3005.2."), "licence.shape"),
        (LICENCES[0].replace(".002.", ".2."), "licence.shape"),
        (LICENCES[0].replace("2025052201.", ""), "licence.shape"),
    ],
)
def test_wrong_licence_identifiers_fail(identifier: str, problem: str) -> None:
    assert code_of(check_licence_identifier(identifier)) == problem
    assert parse_licence_identifier(identifier) is None


@given(st.sampled_from(LICENCES), st.data())
def test_one_wrong_character_in_a_licence_identifier_is_always_noticed(
    identifier: str, data: st.DataObject
) -> None:
    root = len("1.2.156.3005.2.")
    index = data.draw(st.sampled_from([i for i in range(root, len(identifier)) if identifier[i] != "."]))
    char = data.draw(
        st.sampled_from(DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ").filter(lambda one: one != identifier[index])
    )
    assert check_licence_identifier(replaced(identifier, index, char)) is not None
