"""A desk page with nothing behind it but a list of what arrived, for the scripts' own tests."""

from threading import Thread

from flask import Flask, Response, make_response, render_template_string, request
from werkzeug.serving import make_server

from tests.frontend.conftest import NOW, Reader

PAGE = """{% extends "layouts/desk.html" %}{% from "components/forms/csrf.html" import csrf_field %}
{% from "components/forms/request_id.html" import request_id_field %}
{% block scripts %}<script type="module" src="{{ asset('js/desk.js') }}"
 integrity="{{ integrity('js/desk.js') }}"></script>{% endblock %}
{% block bar %}<h1>Desk</h1><button data-sound-toggle aria-label="Sound">On</button>
<p class="live" id="sync" data-live="/live" data-slow="Reconnecting" data-off="Offline"
 data-unsent=", {n} waiting"><span id="desks">Live</span></p>
<b id="tally" data-rev="1">1</b>{% endblock %}
{% block content %}<form class="scan" method="post" action="/scan"
 data-kept="No connection. We keep scans on this page and send them when you’re back online."
>{{ csrf_field() }}{{ request_id_field('first') }}
<label for="scan">Scan</label><input id="scan" name="q" type="search" autofocus hx-get="/guests"
 hx-trigger="input changed delay:150ms" hx-target="#guests" hx-sync="this:replace"></form>
<div id="result" aria-live="assertive"></div>{% include "desk/_kept.html" %}
<div id="guests"><ul><li class="guest" id="guest-7"><p class="guest__n">Mei Chen</p>
<form method="post" action="/pressed" hx-post="/tapped" hx-target="#result" hx-swap="innerHTML">{{ csrf_field() }}
<button class="btn" name="enrollment" value="7">Check in</button></form></li>
<li class="guest guest--in" id="guest-8"><p class="guest__n">Ada Seated</p></li></ul></div>
<label for="note">Note</label><textarea id="note"></textarea>
<a data-dialog data-key="F2" href="/decision">Decide</a>{% endblock %}"""
START = """{% extends "layouts/desk.html" %}
{% block scripts %}<script type="module" src="{{ asset('js/scan-test.js') }}"
 integrity="{{ integrity('js/scan-test.js') }}"></script>{% endblock %}
{% block content %}<label for="try">Try your scanner</label><p id="said" role="status">Scan any code here.</p>
<input id="try" aria-describedby="said" data-scan-test data-fast="Works well: {each} ms per character."
 data-slow="That was typed by hand, or the scanner is slow.">{% endblock %}"""
RESULT = """<section class="result result--ok" data-sound="in" data-result="{{ id }}"
 data-gone="{{ gone }}"><p class="result__say">Checked in</p><h2 class="result__name">{{ q }}</h2>
<form data-undo data-seconds="10" hx-post="/undo" hx-target="#result" hx-swap="innerHTML">
<button class="btn">Undo <span data-left>10 s</span></button></form></section>"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class DeskPage:
    """The page's address, what reached its server, and how long that is away."""

    def __init__(self, app: Flask) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.pressed_keys: list[str] = []
        self.searched: list[str] = []
        self.pressed = 0
        self.undone = 0
        self.times_away = 0
        self.gone = ""
        self.news = ""
        self.asked_since: list[str] = []
        routes = {
            "/": self._page,
            "/start": self._start,
            "/guests": self._guests,
            "/live": self._live,
            "/decision": self._decision,
        }
        for address, view in routes.items():
            app.add_url_rule(address, view.__name__, view)
        posted = {"/scan": self._scan, "/pressed": self._pressed, "/tapped": self._tapped, "/undo": self._undo}
        for address, view in posted.items():
            app.add_url_rule(address, view.__name__, view, methods=["POST"])
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
        return render_template_string(PAGE, current_actor=Reader(), now=NOW)

    def _start(self) -> str:
        return render_template_string(START, current_actor=Reader(), now=NOW)

    def _scan(self) -> Response:
        if self.times_away:
            self.times_away -= 1
            return make_response("away", 503)
        scanned = request.form["q"], request.form["request_id"]
        self.arrived.append(scanned)
        self.pressed_keys.append(request.form["keys"])
        return make_response(render_template_string(RESULT, q=scanned[0], id=scanned[1], gone=self.gone))

    def _tapped(self) -> Response:
        if self.times_away:
            self.times_away -= 1
            return make_response("away", 503)
        self.arrived.append((f"guest {request.form['enrollment']}", request.form["request_id"]))
        return make_response(render_template_string(RESULT, q="Mei Chen", id=request.form["request_id"]))

    def _guests(self) -> str:
        self.searched.append(request.args["q"])
        return '<div id="guests">found</div>'

    def _live(self) -> tuple[str, int]:
        self.asked_since.append(request.args["since"])
        news, self.news = self.news, ""
        return news, 200 if news else 204

    def _decision(self) -> str:
        return '<h2 id="dialog-h">Decide?</h2><a href="/" data-close>Cancel</a>'

    def _pressed(self) -> str:
        self.pressed += 1
        return "pressed"

    def _undo(self) -> str:
        self.undone += 1
        return '<section class="result result--again">Undone</section>'
