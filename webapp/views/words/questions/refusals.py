"""What is said when a question or an answer is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # answers
    "questions_unanswered": (N_("The organizer asks you something first. Answer the questions to enroll."),),
    "questions_changed": (
        N_("The organizer changed the questions a moment ago. Check your answers and send them again."),
    ),
    "answers_wrong": (N_("Check your answers. Nothing was saved."),),
    "answers_over": (
        N_("You could answer until {closes_at}. If something changed, write to the organizer."),
        N_("It’s too late to answer. If something changed, write to the organizer."),
    ),
    "answer_missing": (N_("Enter an answer"),),
    "answer_no_number": (N_("Enter a number like 12 or 1.5"),),
    "answer_no_date": (N_("Enter a date, for example 2014-06-15"),),
    # files
    "answer_file_too_large": (N_("Choose a file of at most {most} MB"), N_("Choose a smaller file")),
    "answer_file_kind": (N_("This isn’t a PDF, JPEG or PNG file. Choose one of these"),),
    "answer_file_broken": (N_("This file is damaged. Save it again and choose that file"),),
    "answer_file_active": (
        N_("This PDF contains programs or other files. Print it to a new PDF and choose that file"),
    ),
    "answer_file_too_many_pixels": (
        N_("Choose a picture of at most {most} megapixels"),
        N_("Choose a picture with fewer pixels"),
    ),
    # questions
    "choices_too_few": (N_("Enter at least {fewest} choices, one per line"), N_("Enter more choices, one per line")),
    "choices_too_many": (N_("Enter at most {most} choices"), N_("Enter fewer choices")),
    "choice_twice": (N_("“{choice}” is there twice. Remove one"), N_("A choice is there twice. Remove one")),
    "agreement_text_missing": (N_("Enter the text that people agree to"),),
    "kept_days_unknown": (N_("Choose how long to keep the answers"),),
    "too_many_questions": (N_("An event can ask at most {most} questions"), N_("Remove a question first")),
    "too_many_files": (
        N_("An event can ask for at most {most} files"),
        N_("Remove a question that asks for a file first"),
    ),
    "condition_not_before": (
        N_("“{wording}” depends on a question that needs to come before it. Change that condition first"),
        N_("A question depends on another one that needs to come before it. Change that condition first"),
    ),
    "condition_too_late": (
        N_("“{wording}” depends on “{other}”, which is asked later. Ask both at the same time"),
        N_("A question depends on another one that is asked later. Ask both at the same time"),
    ),
    "condition_impossible": (
        N_("“{wording}” depends on an answer to “{other}” that doesn’t exist. Choose one that does"),
        N_("A question depends on an answer that doesn’t exist. Choose one that does"),
    ),
    "condition_gone": (N_("Choose a condition from the list"),),
    "answers_due_after_end": (N_("Enter a time before the event ends"),),
}
STATUS: Mapping[str, int] = {
    "questions_unanswered": 409,
    "questions_changed": 409,
    "answers_over": 409,
    "answer_file_too_large": 413,
    "answer_file_kind": 415,
}
