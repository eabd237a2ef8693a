"""A page with nothing behind it, for what every page's script does."""

from threading import Thread

from flask import Flask, Response, make_response, render_template_string, request
from werkzeug.serving import make_server

from tests.frontend.conftest import NOW, Reader

PAGE = """{% extends "layouts/participant.html" %}
{% block scripts %}<script type="module" src="{{ asset('js/links.js') }}"
 integrity="{{ integrity('js/links.js') }}"></script>{% endblock %}
{% block content %}{{ errors }}
{% from "components/forms/suggesting_field.html" import suggesting_field %}
{{ suggesting_field('person', 'Person', '/suggested') }}
<div id="place" hx-get="/place" hx-trigger="refresh from:body" hx-swap="innerHTML">before</div>
<div id="block"><button hx-get="/block" hx-target="#block">Change the block</button></div>
<div id="answered"></div><button hx-get="/marked" hx-target="#answered">Answer</button>
<button hx-post="/saved" hx-target="#saved" hx-swap="innerHTML">Save</button><p id="saved"></p>
<a data-dialog href="/decision">Decide</a>
<details data-menu><summary>Entries</summary><a href="/">Entry</a></details>
<div data-editing><label>Name <input></label>
<button type="button" data-escape id="back">Keep the old name</button></div>
<input type="hidden" name="zone" data-zone-value>
<label>Time zone <select id="zone"><option>Europe/Berlin</option><option>Asia/Tokyo</option></select></label>
<button type="button" data-zone-for="zone" data-words="Use {zone}, this browser’s time zone"
 hidden></button>
<p class="linkfield"><input aria-label="Link" id="link" value="https://turnout.example/e/clay" readonly>
<button data-copy="link" data-copied="Copied" data-by-hand="Press Ctrl+C"
><span data-words>Copy</span></button></p>{% endblock %}"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class AppPage:
    """The page's address, and what its server was asked."""

    def __init__(self, app: Flask) -> None:
        self.refreshed = 0
        self.tokens: list[str] = []
        self.errors = ""
        routes = {
            "/": self._page,
            "/place": self._place,
            "/block": self._block,
            "/marked": self._marked,
            "/decision": self._decision,
            "/suggested": self._suggested,
        }
        for address, view in routes.items():
            app.add_url_rule(address, view.__name__, view)
        app.add_url_rule("/saved", "saved", self._saved, methods=["POST"])
        app.after_request(self._guard)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _guard(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def _page(self) -> str:
        return render_template_string(PAGE, current_actor=Reader(), now=NOW, unread=0, errors=self.errors)

    def _place(self) -> str:
        self.refreshed += 1
        return "after"

    def _block(self) -> str:
        return '<div id="block">another block</div>'

    def _suggested(self) -> str:
        return '<option value="Ana Silva"></option>' if request.args["person"] == "ana" else ""

    def _marked(self) -> str:
        return '<h2 id="answered" data-focus>Answered</h2>'

    def _saved(self) -> Response:
        self.tokens.append(request.headers["X-CSRFToken"])
        return make_response("<span data-brief>Saved</span>")

    def _decision(self) -> str:
        return '<h2 id="dialog-h">Decide?</h2><a href="/" data-close>Cancel</a>'
