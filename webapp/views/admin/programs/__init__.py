"""The organizer's pages for programs, classes and their sessions."""

from webapp.views.admin.blueprint import blueprint
from webapp.views.class_words import class_enrollment_words, class_words, date_words, move_words

for _write in (class_enrollment_words, class_words, date_words, move_words):
    blueprint.add_app_template_global(_write)
