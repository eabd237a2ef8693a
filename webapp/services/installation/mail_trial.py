"""A test email: handed to the mail server at once, to hear what it says."""

from datetime import datetime

from webapp.adapters.mail import Letter, Mailer, NotDelivered, Patience
from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.services.installation.trail import record_act
from webapp.services.unit_of_work import end_reading, write_transaction

#: Somebody waits for the page meanwhile.
_PATIENCE = Patience(step=5, verdict=10)
#: A code of SMTP, at the beginning of an answer.
_CODE = 3


def try_mail(*, url: str | None, sender: str, subject: str, body: str, actor: Actor, now: datetime) -> str:
    """Send it to the operator's own address; what the server answered.

    Raises Refused: `no_mail_server`, `mail_not_taken` (fact: `answer`).
    """
    end_reading()
    if url is None or actor.email is None:
        raise Refused("no_mail_server")
    letter = Letter(0, actor.email, subject, body, now, 1)
    try:
        with Mailer(url, sender, patience=_PATIENCE) as mailer:
            answer = mailer.deliver(letter, at=now)
        is_taken = True
    except NotDelivered as failure:
        answer, is_taken = str(failure), False
    code = answer[:_CODE] if answer[:_CODE].isdigit() else None
    with write_transaction() as session:
        record_act(session, OperatorAct.MAIL_TRIED, actor_id=actor.user_id or 0, after=code, at=now)
    if not is_taken:
        raise Refused("mail_not_taken", answer=answer)
    return answer
