"""The code with which another site shows a page of ours in a frame."""

from markupsafe import Markup

from webapp.views.admin.blueprint import blueprint

_FRAME = Markup(
    '<iframe src="{url}" title="{title}" width="100%" height="{height}" style="border: 0" loading="lazy"></iframe>'
)


@blueprint.app_template_global()
def frame_code(url: str, title: str, height: int) -> str:
    """Lines to copy, as plain text: the field that shows them escapes them once more."""
    return str(_FRAME.format(url=url, title=title, height=height))
