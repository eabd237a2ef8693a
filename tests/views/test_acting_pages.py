"""The pages that can be somebody's whom the signed-in person looks after are pages that exist."""

from webapp.views.current_actor import _ACTS


def test_each_of_them_is_an_endpoint(app):
    assert _ACTS <= app.view_functions.keys()
