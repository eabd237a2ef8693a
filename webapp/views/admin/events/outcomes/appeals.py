"""Appeals: one list with the evidence beside each, answered by who decides; others of the staff add notes."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.events.appeal import WORDS_LIMIT, AppealOutcome, may_decide, outcome_at
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.places.appeal_evidence import evidence_of
from webapp.queries.places.appeals import ListedAppeal, Shown, appeal_of_id, appeals_page
from webapp.queries.places.own_appeal import picture_of
from webapp.services.events.appeal_decision import decide_appeal, note_appeal
from webapp.views import request_time
from webapp.views.admin.address import neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of, prose
from webapp.views.guards import staff, the_actor
from webapp.views.http.download import shown_only
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import see_other

_GRANT, _DECLINE = "grant", "decline"
_TOO_LONG, _BROKEN = N_("Shorten this to {limit} characters"), N_("Remove characters that can’t be displayed")
_ANSWER = FormKind(
    ("answer", "decision"),
    sentences={
        ("answer", "text_missing"): N_("Enter a reason or an answer"),
        ("answer", "text_too_long"): _TOO_LONG,
        ("answer", "text_broken"): _BROKEN,
        ("decision", "unknown_choice"): N_("Press one of the two buttons"),
    },
)
_NOTE = FormKind(
    ("note",),
    sentences={
        ("note", "text_missing"): N_("Enter a note"),
        ("note", "text_too_long"): _TOO_LONG,
        ("note", "text_broken"): _BROKEN,
    },
)
_CHIPS = {Shown.OPEN: N_("To answer"), Shown.OVER: N_("Answered")}


@blueprint.get("/appeals")
@staff(Permission.SETTLE_OUTCOME)
def appeals() -> str:
    """`?show=over&page=2`: open ones by their deadline, or those that are over."""
    shown = Shown.OVER if request.args.get("show") == Shown.OVER else Shown.OPEN
    found = appeals_page(the_actor().reach(Permission.SETTLE_OUTCOME), shown=shown, page=page_number())
    chips = [
        {"words": words, "count": found.counts[one], "current": one is shown, "href": _address(one)}
        for one, words in _CHIPS.items()
    ]
    return render_template(
        "admin/events/outcomes/appeals.html",
        found=found,
        is_open=shown is Shown.OPEN,
        chips=chips,
        evidence=evidence_of(found.rows),
        **_usual(None),
        **neighbours(found, lambda page: _address(shown, page)),
    )


@blueprint.get("/appeals/<id:appeal_id>")
@staff(Permission.SETTLE_OUTCOME)
def one_appeal(appeal_id: int) -> Response:
    """One of them, with the notes and where to add one."""
    return _page(_load(appeal_id))


@blueprint.post("/appeals/<id:appeal_id>/decision")
@staff(Permission.SETTLE_OUTCOME)
def answer_appeal(appeal_id: int) -> Response:
    """Grant or decline it. Raises `forbidden` for who only adds notes."""
    found = _load(appeal_id)
    if not decides(found):
        raise Refused("forbidden")
    form = _ANSWER.sent()
    answer = form.read("answer", prose(WORDS_LIMIT, required=True))
    decision = form.read("decision", one_of((_GRANT, _DECLINE)))
    actor = the_actor()
    form.check(
        lambda: decide_appeal(
            appeal_id=appeal_id,
            grants=decision == _GRANT,
            answer=answer,
            actor=actor,
            by=actor.acts_as(found.organization_id),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return _page(_load(appeal_id), answer=form)
    flash(
        gettext("{name} is now marked as attended.", name=found.name)
        if decision == _GRANT
        else gettext("{name} gets your answer. The outcome stays.", name=found.name)
    )
    return see_other(url_for("admin.appeals"))


@blueprint.post("/appeals/<id:appeal_id>/note")
@staff(Permission.SETTLE_OUTCOME)
def add_appeal_note(appeal_id: int) -> Response:
    """Keep what somebody knows, for who decides."""
    _load(appeal_id)
    form = _NOTE.sent()
    text = form.read("note", prose(WORDS_LIMIT, required=True))
    form.check(lambda: note_appeal(appeal_id=appeal_id, text=text, actor=the_actor(), now=request_time.now()))
    if form.is_refused:
        return _page(_load(appeal_id), note=form)
    flash(gettext("Your note has been added."))
    return see_other(url_for("admin.one_appeal", appeal_id=appeal_id))


@blueprint.get("/appeals/<id:appeal_id>/picture")
@staff(Permission.SETTLE_OUTCOME)
def appeal_picture(appeal_id: int) -> Response:
    """The picture that somebody sent, while it is kept."""
    kept = picture_of(appeal_id)
    if kept is None:
        raise Refused("not_found")
    load_staff_event(kept.event_id, Permission.SETTLE_OUTCOME)
    return shown_only(kept.body, kept.mimetype)


@blueprint.app_template_global()
def decides(found: ListedAppeal) -> bool:
    """Whether the signed-in person answers that appeal, and does not only add notes."""
    actor, where = the_actor(), (found.organization_id, found.facility_id)
    return may_decide(
        overrides=actor.can(Permission.OVERRIDE_OUTCOME, *where),
        settles=actor.can(Permission.SETTLE_OUTCOME, *where),
        organizers_decide=found.organizers_decide,
    )


@blueprint.app_template_global()
def became_of(found: ListedAppeal) -> AppealOutcome:
    """What became of it by now."""
    return outcome_at(found.outcome, found.decided_until, request_time.now())


def _load(appeal_id: int) -> ListedAppeal:
    """An appeal about an event whose outcomes the actor settles, or `not_found`."""
    found = appeal_of_id(appeal_id)
    if found is None or not the_actor().can(Permission.SETTLE_OUTCOME, found.organization_id, found.facility_id):
        raise Refused("not_found")
    return found


def _address(shown: Shown, page: int = 1) -> str:
    show = shown.value if shown is Shown.OVER else None
    return url_for("admin.appeals", show=show, page=page if page > 1 else None)


def _usual(answer: Form | None) -> dict[str, object]:
    return {"words_limit": WORDS_LIMIT, "form": answer or _ANSWER.filled(), "grant": _GRANT, "decline": _DECLINE}


def _page(found: ListedAppeal, *, answer: Form | None = None, note: Form | None = None) -> Response:
    sent = answer or note
    body = render_template(
        "admin/events/outcomes/one_appeal.html",
        appeal=found,
        evidence=evidence_of([found]),
        note=note or _NOTE.filled(),
        refusal=sent.refusal if sent else None,
        errors={**(answer.errors if answer else {}), **(note.errors if note else {})},
        **_usual(answer),
    )
    return make_response(body, sent.status if sent else 200)
