"""What a text in Markdown becomes, while its form is filled in. Browsers without JavaScript send the form itself."""

from flask import make_response, render_template

from webapp.domain.legal import LegalKind, require_legal_text
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import FormKind
from webapp.views.forms.readers import DESCRIPTION_LIMIT, DESCRIPTION_SENTENCES, one_of, prose
from webapp.views.forms.sent import first_field
from webapp.views.guards import signed_in

#: Fields that hold such a text.
PREVIEWED = ("description", *LegalKind)
_PREVIEW = FormKind(PREVIEWED, sentences=DESCRIPTION_SENTENCES)


@blueprint.post("/preview")
@signed_in
def preview():
    """The field that the button names, as it would be shown, or why it cannot be saved."""
    name = one_of(PREVIEWED)(first_field("preview"))
    form = _PREVIEW.sent()
    form.read(name, prose(DESCRIPTION_LIMIT) if name == "description" else require_legal_text)
    body = render_template("admin/_preview.html", name=name, text=form.values[name], problem=form.errors.get(name))
    return make_response(body, form.status)
