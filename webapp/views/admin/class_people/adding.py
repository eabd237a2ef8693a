"""Letting people of the facility into a class: one or many, chosen from a list."""

from typing import Any

from flask import flash, url_for

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.class_people import eligible_of, eligible_page, names_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.word_search import LONGEST_QUERY
from webapp.services.classes.people.class_enrollment import MOST_AT_ONCE, Bulk, enroll_many
from webapp.views import request_time
from webapp.views.admin.address import query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.errors import status_of
from webapp.views.forms.readers import switch
from webapp.views.forms.sent import first_field, is_sent, one_field, row_ids
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.paging import page_number, page_of
from webapp.views.responses import from_htmx, render, see_other
from webapp.views.words.refusals import refusal_sentence


@blueprint.get("/classes/<id:class_id>/people/add")
@staff(Permission.MANAGE_CLASSES)
def add_class_people(class_id: int):
    """Active people of the facility who are not in the class, with a search."""
    facts = load_staff_class(class_id, Permission.MANAGE_CLASSES)
    return _page(facts, query_words(), page_number())


@blueprint.post("/classes/<id:class_id>/people/add")
@staff(Permission.MANAGE_CLASSES)
def enroll_chosen(class_id: int):
    """Enroll everybody who is chosen and can be; the others are listed with the reason.

    A search and another page are sent, too: whoever is chosen stays chosen.
    """
    facts = load_staff_class(class_id, Permission.MANAGE_CLASSES)
    people = row_ids("person")
    if one_field("what") == "search" or is_sent("page"):
        return _sent_page(facts)
    try:
        despite_clash = switch(one_field("despite_clash"))
        if not people:
            raise Refused("nobody_chosen")
        if len(people) > MOST_AT_ONCE:
            raise Refused("too_many_people", most=MOST_AT_ONCE)
        bulk = enroll_many(
            class_id=class_id,
            user_ids=people,
            actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id),
            now=request_time.now(),
            despite_clash=despite_clash,
        )
    except Refused as refused:
        return _sent_page(facts, refusal_sentence(refused.code, **refused.facts), status_of(refused))
    if not bulk.refused:
        flash(f"{counted(bulk)}.")
        return see_other(url_for("admin.class_people", class_id=class_id))
    return _result(facts, bulk)


def counted(bulk: Bulk) -> str:
    """12 enrolled, 3 on the waitlist, 2 refused: what came of many."""
    parts = [gettext("{count} enrolled", count=bulk.count(E.ENROLLED))]
    if waiting := bulk.count(E.WAITLISTED):
        parts.append(gettext("{waiting} on the waitlist", waiting=waiting))
    if bulk.refused:
        parts.append(gettext("{refused} not enrolled", refused=len(bulk.refused)))
    return ", ".join(parts)


def _result(facts: ClassFacts, bulk: Bulk) -> Any:
    names = names_of(list(bulk.refused))
    refused = [(names.get(user_id), user_id, why) for user_id, why in bulk.refused.items()]
    return render(
        "admin/classes/people/people_result.html",
        "admin/classes/people/people_result.html",
        200 if bulk.placed else 409,
        program_class=facts,
        summary=counted(bulk),
        refused=[one for one in refused if one[0] is not None],
        clashing=[user_id for _, user_id, why in refused if why.code == "person_clash"],
    )


def _sent_page(facts: ClassFacts, problem: str | None = None, status: int = 200) -> Any:
    """The page again, as the form asks for it."""
    query, number = first_field("q")[:LONGEST_QUERY], page_of(first_field("page"))
    return _page(facts, query, number, problem=problem, status=status)


def _page(facts: ClassFacts, query: str, number: int, *, problem: str | None = None, status: int = 200) -> Any:
    chosen = eligible_of(facts.id, facts.facility_id, row_ids("person")[:MOST_AT_ONCE])
    return render(
        "admin/classes/people/people_add.html",
        "admin/classes/people/_people_add.html",
        status,
        program_class=facts,
        found=eligible_page(facts.id, facts.facility_id, query, number, besides=[one.id for one in chosen]),
        query=query,
        problem=problem,
        chosen=chosen,
        despite_clash=is_sent("despite_clash"),
        announce=from_htmx(),
    )
