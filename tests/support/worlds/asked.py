"""Events that ask something, and what people send."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from tests.support.worlds.world import NOON
from webapp.domain.questions.question import AskedAt, QuestionDraft, QuestionKind, SeenBy
from webapp.services.questions.answers import SentAnswers, sent_answers
from webapp.services.questions.editing import add_question

_HEAD = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
PDF_FILE = _HEAD + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n%d\n%%%%EOF\n" % len(_HEAD)

EATS = QuestionDraft(QuestionKind.YES_NO, "Will you eat with us?", is_required=True, seen_by=SeenBy.DESK)
SIZE = QuestionDraft(QuestionKind.SHORT_TEXT, "T-shirt size?", asked=AskedAt.LATER)
BADGE = QuestionDraft(QuestionKind.NUMBER, "Badge number?", asked=AskedAt.DOOR, seen_by=SeenBy.DESK)
FORM = QuestionDraft(QuestionKind.FILE, "Your form", asked=AskedAt.LATER)


def food(eats_id: int) -> QuestionDraft:
    """Asked of who eats."""
    return QuestionDraft(
        QuestionKind.ONE_OF,
        "What do you eat?",
        choices=("Everything", "Vegan"),
        is_required=True,
        shown_if_id=eats_id,
        shown_if_answer="yes",
    )


def ask(event_id: int, *drafts: QuestionDraft) -> list[int]:
    """The event asks these; their ids."""
    return [add_question(event_id=event_id, draft=draft, now=NOON) for draft in drafts]


def says(texts: dict[int, Sequence[str]], files: dict[int, tuple[str, bytes]] | None = None) -> SentAnswers:
    """What a form says."""
    return sent_answers(texts, files or {})


def photograph() -> bytes:
    """A JPEG that knows where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "at home"
    file = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()
