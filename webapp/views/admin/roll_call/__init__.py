"""Roll call of classes: taking it, how a mark came to be, reports and their files."""

from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.roll_call import files, history, overview, report, taking
from webapp.views.words.roll_call_words import category_words, concern_words, progress_words, roll_call_words

for _write in (category_words, concern_words, progress_words, roll_call_words):
    blueprint.add_app_template_global(_write)

__all__ = ["files", "history", "overview", "report", "taking"]
