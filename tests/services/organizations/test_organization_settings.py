"""What admins decide for their organization: kept, refused, and the same when sent twice."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.browsers.pictures import METADATA, png
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.adapters.pictures import clean_logo
from webapp.domain.refusal import Refused
from webapp.models import Organization, OrganizationLogo
from webapp.queries.organizations.organization import logo_of, organization_settings
from webapp.services.organizations.organization_settings import (
    AskingRules,
    change_organization,
    remove_logo,
    replace_logo,
)

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def northside(app) -> int:
    return World(app).organization()


def change(organization_id: int, **changes) -> None:
    usual = {
        "name": "Northside Makers",
        "contact_email": "hello@northside.example",
        "asking": AskingRules(twice=False, only_unknown=False),
        "language": "en",
    }
    change_organization(organization_id=organization_id, **{**usual, **changes})


def code_of(work) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def test_what_is_decided_is_kept_and_the_address_stays(northside, session):
    slug = session.get_one(Organization, northside).slug

    change(
        northside,
        name="  Ateliê   Norte ",
        contact_email="Ola@Norte.example",
        asking=AskingRules(twice=True, only_unknown=True),
    )

    stored = organization_settings(northside)
    assert (stored.name, stored.contact_email, stored.asks_twice, stored.asks_only_unknown, stored.slug) == (
        "Ateliê Norte",
        "ola@norte.example",
        True,
        True,
        slug,
    )
    once = digest(session)
    change(
        northside,
        name="Ateliê Norte",
        contact_email="ola@norte.example",
        asking=AskingRules(twice=True, only_unknown=True),
    )
    assert digest(session) == once


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "text_missing"),
        ({"name": "\u200b"}, "text_missing"),
        ({"name": "x" * 121}, "text_too_long"),
        ({"name": "a\0b"}, "text_broken"),
        ({"contact_email": "nobody"}, "email_invalid"),
        ({"contact_email": "a@b@c.example"}, "email_invalid"),
        ({"contact_email": "a@post.example\r\nBcc: b@post.example"}, "text_broken"),
    ],
)
def test_what_cannot_be_kept_changes_nothing(northside, session, changes, code):
    before = digest(session)

    assert code_of(lambda: change(northside, **changes)) == code
    assert digest(session) == before


def test_an_organization_that_is_not_there_is_not_found(northside, session):
    before = digest(session)

    assert code_of(lambda: change(987654)) == "not_found"
    assert digest(session) == before


def test_a_logo_is_kept_without_its_metadata_and_found_by_its_digest(northside, session):
    slug = session.get_one(Organization, northside).slug
    digest_of = replace_logo(organization_id=northside, data=png(before=METADATA), now=NOON)

    assert digest_of == hashlib.sha256(clean_logo(png())).hexdigest()
    assert logo_of(slug, digest_of).png == clean_logo(png())
    assert organization_settings(northside).logo == digest_of
    assert (logo_of(slug, "0" * 64), logo_of("other", digest_of)) == (None, None)


def test_the_same_logo_again_changes_nothing_and_another_takes_its_place(northside, session):
    first = replace_logo(organization_id=northside, data=png(), now=NOON)
    before = digest(session)
    assert replace_logo(organization_id=northside, data=png(), now=NOON + timedelta(days=1)) == first
    assert digest(session) == before

    second = replace_logo(organization_id=northside, data=png(fill=9), now=NOON + timedelta(days=1))

    assert second != first
    session.rollback()
    assert session.execute(select(OrganizationLogo.digest, OrganizationLogo.png)).all() == [
        (second, clean_logo(png(fill=9)))
    ]


def test_a_logo_that_is_no_picture_leaves_the_one_before(northside, session):
    replace_logo(organization_id=northside, data=png(), now=NOON)
    before = digest(session)

    assert code_of(lambda: replace_logo(organization_id=northside, data=b"GIF89a", now=NOON)) == "picture_not_png"
    assert digest(session) == before


def test_a_logo_is_removed_once(northside, session):
    replace_logo(organization_id=northside, data=png(), now=NOON)

    assert [remove_logo(organization_id=northside) for _ in range(2)] == [True, False]
    assert organization_settings(northside).logo is None
