"""The part of the take-out about appeals and excuses: one's own, and what one did about others'."""

from sqlalchemy import Select, select

from webapp.models import Appeal, AppealNote, AppealPicture, Enrollment, NoShowExcuse, NoShowRule
from webapp.queries.people.take_out_part import by_enrollment, by_event, part, within


def _enrollments_of(user_id: int) -> Select:
    return select(Enrollment.id).where(Enrollment.user_id == user_id)


def _appeals_of(user_id: int) -> Select:
    return select(Appeal.id).where(Appeal.enrollment_id.in_(_enrollments_of(user_id)))


_APPEAL_OF_OTHERS = {"enrollment_id", "words", "came_at", "answer", "filed_by_id", "decided_by_id", "settled_version"}

_EXCUSE_OF_OTHERS = {"enrollment_id", "reason", "in_time", "given_by_id", "withdrawn_by_id"}

APPEAL_PARTS = (
    part(
        "appeals",
        Appeal,
        about=by_event,
        left_out={"filed_by_id", "decided_by_id"},
        mine=within(Appeal.enrollment_id, _enrollments_of),
    ),
    part("appeal_pictures", AppealPicture, left_out={"body"}, mine=within(AppealPicture.appeal_id, _appeals_of)),
    part(
        "notes_about_my_appeals",
        AppealNote,
        left_out={"author_id"},
        mine=within(AppealNote.appeal_id, _appeals_of),
    ),
    part("notes_about_appeals_written", AppealNote, "author_id", left_out={"appeal_id"}),
    part("appeals_filed_for_others", Appeal, "filed_by_id", about=by_event, left_out=_APPEAL_OF_OTHERS),
    part("appeals_answered", Appeal, "decided_by_id", about=by_event, left_out=_APPEAL_OF_OTHERS - {"answer"}),
    part(
        "excuses",
        NoShowExcuse,
        about=by_enrollment,
        left_out={"given_by_id", "withdrawn_by_id"},
        mine=within(NoShowExcuse.enrollment_id, _enrollments_of),
    ),
    part("excuses_given", NoShowExcuse, "given_by_id", left_out=_EXCUSE_OF_OTHERS),
    part("excuses_withdrawn", NoShowExcuse, "withdrawn_by_id", left_out=_EXCUSE_OF_OTHERS | {"words"}),
    part("no_show_policies_changed", NoShowRule, "changed_by_id"),
)
