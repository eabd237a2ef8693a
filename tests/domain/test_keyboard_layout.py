"""A scanner for US keys on a machine with another layout: the code arrives, and no name becomes one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.browsers.keyboards import LAYOUTS, typed
from webapp.domain.desk.check_in import read_typed
from webapp.domain.places.pass_code import ALPHABET, LENGTH, check_character, new_pass_code, normalize

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
hosts = st.sampled_from(["TURNOUT.EXAMPLE", "my-turnout.example", "DOORS2.EXAMPLE:8443", "X.EXAMPLE/EVENTS"])
ALIKE = ["US", "British", "Polish"]


def code_for(body: str) -> str:
    return body + check_character(body)


@pytest.mark.parametrize(
    ("layout", "arrives"),
    [
        ("German", "HTTPSÖ--TURNOUT.EXAMPLE-C-F5EGR0WR"),
        ("Italian", "HTTPSç--TURNOUT.EXAMPLE-C-F5EGR0WR"),
        ("Spanish", "HTTPSÑ--TURNOUT.EXAMPLE-C-F5EGR0WR"),
        ("Dutch", "HTTPS±--TURNOUT.EXAMPLE-C-F5EGR0WR"),
        ("Brazilian", "HTTPSÇ;;TURNOUT.EXAMPLE;C;F5EGR0WR"),
        ("Turkish", "HTTPSŞ..TURNOUTçEXAMPLE.C.F5EGR0WR"),
        ("Canadian French", "HTTPS:ééTURNOUT.EXAMPLEéCéF5EGR0WR"),
        ("Hungarian", "HTTPSÉ--TURNOUT.EXAMPLE-C-F5EGRöWR"),
        ("Czech", 'HTTPS"--TURNOUT.EXAMPLE-C-FřEGRéWR'),
        ("French", "HTTPSM!!TURNOUT:EXQ?PLE!C!F(EGRàZR"),
        ("Belgian", "HTTPSM==TURNOUT:EXQ?PLE=C=F(EGRàZR"),
        ("Russian", "РЕЕЗЫЖ..ЕГКТЩГЕюУЧФЬЗДУ.С.А5УПК0ЦК"),
    ],
)
def test_what_arrives_is_what_the_tables_say(layout: str, arrives: str) -> None:
    assert typed("HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WR", layout) == arrives
    assert (read_typed(arrives).code, read_typed(arrives).is_address) == ("F5EGR0WR", True)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20)
@given(body=bodies, host=hosts, lower=st.booleans(), lock=st.booleans())
def test_the_address_of_a_pass_is_understood_on_every_layout(layout, body, host, lower, lock) -> None:
    code = code_for(body)
    address = f"https://{host.lower()}/c/{code}" if lower else f"HTTPS://{host.upper()}/C/{code}"

    read = read_typed(typed(address, layout, capitals_lock=lock))

    assert (read.code, read.is_address) == (code, True)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20)
@given(body=bodies)
def test_a_code_by_itself_is_among_what_it_may_mean_on_every_layout(layout, body) -> None:
    code = code_for(body)

    read = read_typed(typed(code, layout))

    assert code in (read.code, *read.guesses)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lost", [1, 5, 9, 20])
def test_an_address_that_lost_its_beginning_still_ends_with_its_code(layout: str, lost: int) -> None:
    address = "HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WR"

    read = read_typed(typed(address, layout)[lost:])

    assert "F5EGR0WR" in (read.code, *read.guesses)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout not in ALIKE])
def test_a_wrong_character_in_an_address_is_a_misread_on_every_layout(layout: str) -> None:
    read = read_typed(typed("HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WX", layout))

    assert (read.code, read.guesses, read.is_misread) == (None, (), True)


@given(body=bodies, text=st.text(max_size=40))
def test_physical_keys_are_believed_whatever_the_layout_made_of_them(body: str, text: str) -> None:
    code = code_for(body)

    for keys in (code, f"HTTPS://TURNOUT.EXAMPLE/C/{code}"):
        assert read_typed(text, keys).code == code


def test_a_scanner_that_knows_the_layout_is_read_by_its_characters() -> None:
    """Its physical keys are those of a German board: 7 with Shift is the slash."""
    read = read_typed("https://turnout.example/c/F5EGR0WR", "HTTPS.77TURNOUT.EXAMPLE7C7F5EGR0WR")

    assert (read.code, read.is_address) == ("F5EGR0WR", True)


@pytest.mark.parametrize(
    "name",
    [
        "Soeren Mueller",
        "Jürgen Müller",
        "O'Brien",
        "Anna-Lena Groß",
        "Ёлкин Пётр",
        "Çağla Şahin",
        "d'Artagnan",
        "J.R. Smith",
        "Bartholomew",
        "Nguyễn Thị Ánh",
        "渡邊 健",
        "Sieglinde",
        "anna@post.example",
        "Mary-Jane",
    ],
)
def test_a_name_is_no_code(name: str) -> None:
    read = read_typed(name)

    assert (read.code, read.is_misread, read.is_address) == (None, False, False)


def test_names_with_spaces_never_end_with_a_code() -> None:
    code = new_pass_code()

    assert code not in read_typed(f"Anna {code[:4]} x{code}").guesses


@given(body=bodies)
def test_one_reading_is_the_same_from_either_function(body: str) -> None:
    code = code_for(body)
    assert normalize(typed(f"HTTPS://TURNOUT.EXAMPLE/C/{code}", "French")) == code
