"""The small forms that ask why: one reason, and the version of what was on the screen."""

from webapp.languages.words import N_
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import prose

LONGEST_REASON = 500
#: A form that only asks "sure?", with the version of what it is about.
SURE = FormKind(())
REASON = FormKind(
    ("reason",),
    sentences={
        ("reason", "text_missing"): N_("Enter a reason"),
        ("reason", "text_too_long"): N_("Shorten the reason to {limit} characters"),
        ("reason", "text_broken"): N_("Remove the characters that can’t be displayed from the reason"),
    },
)
_OLD_PAGE = N_("This page has expired. Open it again")


def read_reason(kind: FormKind = REASON, *, required: bool = True, limit: int = LONGEST_REASON) -> Form:
    """The form as it was sent, its reason of at most `limit` characters cleaned."""
    form = kind.sent()
    reason = form.read("reason", prose(limit, required=required))
    if reason is not None:
        form.values["reason"] = reason
    return form


def read_decision(kind: FormKind = REASON, *, required: bool = True) -> Form:
    """As `read_reason`, with the version that the decision was made on."""
    form = read_reason(kind, required=required)
    form.require_version(_OLD_PAGE)
    return form


def read_sure() -> Form:
    """A form that only asks "sure?": its version."""
    form = SURE.sent()
    form.require_version(_OLD_PAGE)
    return form
