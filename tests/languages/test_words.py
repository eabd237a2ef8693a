"""Messages in the language of whoever reads, and how each language writes numbers, days and lists."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale
from markupsafe import Markup, escape

from webapp.languages import catalogs, formats
from webapp.languages import language as languages
from webapp.languages.language import Language, available, best_of, language, speaking
from webapp.languages.words import N_, gettext, ngettext, pgettext
from webapp.views.words.instants import ago, days_list, when

_GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "You are on the waitlist (position {rank})."
msgstr "Du stehst auf der Warteliste (Platz {rank})."

msgid "{n} place"
msgid_plural "{n} places"
msgstr[0] "{n} Platz"
msgstr[1] "{n} Plätze"

msgid "{weekday} {day} {month}"
msgstr "{weekday} {day}. {month}"

msgctxt "a button"
msgid "Open"
msgstr "Öffnen"
"""


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalog beside English, as a translator hands it in."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(_GERMAN, encoding="utf-8")
    monkeypatch.setattr(catalogs, "CATALOGS", tmp_path)
    monkeypatch.setattr(languages, "_loaded", {languages.ENGLISH_TAG: languages.ENGLISH})
    catalogs.shipped_tags.cache_clear()
    yield "de"
    catalogs.shipped_tags.cache_clear()


def test_a_catalog_is_all_that_a_language_needs(german) -> None:
    assert available() == ["en", "de"]
    with speaking(german):
        assert gettext("You are on the waitlist (position {rank}).", rank=1200) == (
            "Du stehst auf der Warteliste (Platz 1.200)."
        )
        assert [ngettext("{n} place", "{n} places", number) for number in (1, 4, 12000)] == [
            "1 Platz",
            "4 Plätze",
            "12.000 Plätze",
        ]
        assert pgettext("a button", "Open") == "Öffnen"
        assert gettext("Not translated") == "Not translated"
        assert when(datetime(2026, 3, 7, 9, 5, tzinfo=UTC), "Europe/Berlin", datetime(2026, 1, 1, tzinfo=UTC)) == (
            "Sa. 7. März, 10:05"
        )
    assert gettext("You are on the waitlist (position {rank}).", rank=3) == "You are on the waitlist (position 3)."


def test_a_message_of_a_table_is_said_when_it_is_printed(german) -> None:
    said = N_("You are on the waitlist (position {rank}).")
    with speaking(german):
        assert said.format(rank=2) == "Du stehst auf der Warteliste (Platz 2)."
        assert str(said) == f"{said}" == "Du stehst auf der Warteliste (Platz {rank})."
        assert escape(said) == Markup("Du stehst auf der Warteliste (Platz {rank}).")
    assert {said: 1}["You are on the waitlist (position {rank})."] == 1
    assert said.format(rank=2) == "You are on the waitlist (position 2)."


def test_the_pseudo_language_keeps_places_and_tags() -> None:
    with speaking("en_XA"):
        assert gettext("Cancel by {day}", day="Sat") == "Çååñçééļ ƀý Sat"
        assert gettext("<b>Cancel</b> by %(day)s &amp; go") == "<b>Çååñçééļ</b> ƀý %(day)s &amp; ĝöö"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["de-AT", "en"], "de"),
        (["pt-BR"], "pt_BR"),
        (["pt"], None),
        (["fr", "en-GB"], "en"),
        (["EN-xa"], "en_XA"),
        ([], None),
        (["*"], None),
    ],
)
def test_the_first_language_that_is_there_is_taken(wanted: list[str], chosen: str | None) -> None:
    assert best_of(wanted, ["en", "de", "pt_BR", "en_XA"]) == chosen


def test_a_language_that_is_gone_falls_back_to_english() -> None:
    assert language("tlh") is languages.ENGLISH
    assert language(None) is languages.ENGLISH


def test_the_direction_comes_from_the_locale() -> None:
    arabic = Language("ar", Locale("ar"), languages.ENGLISH.words)
    assert (arabic.direction, arabic.html_tag, languages.ENGLISH.direction) == ("rtl", "ar", "ltr")
    assert Language("pt_BR", Locale("pt", "BR"), languages.ENGLISH.words).html_tag == "pt-BR"


def test_english_as_we_write_it() -> None:
    now = datetime(2026, 6, 13, 12, tzinfo=UTC)
    assert formats.listed(["Mei", "Ana", "Farah"]) == "Mei, Ana and Farah"
    assert formats.long_date(date(2026, 6, 13)) == "13 June 2026"
    assert [ago(now + timedelta(minutes=away), now) for away in (-45 * 1440, -30, 0, 1, 120, 23 * 60)] == [
        "45 days ago",
        "30 minutes ago",
        "just now",
        "in 1 minute",
        "in 2 hours",
        "in 23 hours",
    ]
    assert days_list([date(2026, 6, 13), date(2026, 6, 20), date(2026, 6, 27)]) == "Saturdays 13, 20 and 27 June"
