"""The organizer's pages for programs, classes and their sessions."""

from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs import (
    activations,
    class_form,
    class_moves,
    class_sessions,
    classes,
    program,
    rooms,
    session_undo,
)
from webapp.views.words import class_words as words

__all__ = ["activations", "class_form", "class_moves", "class_sessions", "classes", "program", "rooms", "session_undo"]

for _write in (
    words.change_words_of_class,
    words.class_enrollment_words,
    words.class_session_words,
    words.class_words,
    words.date_words,
    words.kept_change_words,
    words.kept_words,
    words.move_words,
):
    blueprint.add_app_template_global(_write)
