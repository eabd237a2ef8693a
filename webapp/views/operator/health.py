"""Whether the installation is well, what it was told at its start, and a test email."""

import os
import shutil

import redis
from flask import Response, current_app, flash, make_response, render_template, url_for

from webapp.config import Settings
from webapp.config.sources import settings_shown
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.installation.health import health as database_health
from webapp.services.installation.mail_trial import try_mail
from webapp.views import request_time
from webapp.views.guards import operator_only, the_actor
from webapp.views.operator.blueprint import blueprint
from webapp.views.operator.health_words import findings, register_health_words
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence

register_health_words(blueprint)


@blueprint.get("/operator/health")
@operator_only
def health() -> Response:
    """What is wrong comes first."""
    settings: Settings = current_app.extensions["settings"]
    found = findings(
        database_health(),
        redis_answers=_redis_answers(),
        free_bytes=shutil.disk_usage(settings.home).free,
        has_mail_server=settings.mail_url is not None,
        real_now=request_time.real_now(),
    )
    return make_response(render_template("operator/health.html", found=found))


@blueprint.post("/operator/health/mail")
@operator_only
def send_test_mail() -> Response:
    """Hand an email to the server now, and say what it answered."""
    settings: Settings = current_app.extensions["settings"]
    where, address = settings.base_url, the_actor().email
    try:
        answer = try_mail(
            url=settings.mail_url,
            sender=settings.mail_from,
            subject=gettext("Test email from Turnout"),
            body=gettext("This is a test. If you can read it, Turnout can send email.\n\n{url}\n", url=where),
            actor=the_actor(),
            now=request_time.real_now(),
        )
    except Refused as refused:
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash(gettext("The email server took it for {address}: {answer}", address=address, answer=answer))
    return see_other(url_for("operator.health"))


@blueprint.get("/operator/settings")
@operator_only
def settings() -> Response:
    """Every setting with its source; secrets are never shown."""
    shown = settings_shown(current_app.extensions["settings"], os.environ)
    return make_response(render_template("operator/settings.html", shown=shown))


def _redis_answers() -> bool:
    try:
        return bool(current_app.extensions["redis"].ping())
    except redis.RedisError:
        return False
