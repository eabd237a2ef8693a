"""Layouts, components and error pages render, escape what people typed, and show no gaps."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template, render_template_string

from tests.frontend.conftest import NOW, Reader

AT = datetime(2026, 6, 13, 8, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>'
COMPONENTS = """
{% from "components/badge.html" import badge, event_badge, plain_badge %}{% from "components/stub.html" import stub %}
{% from "components/date_tile.html" import date_tile %}{% from "components/cover.html" import cover %}
{% from "components/forms/field.html" import text_field, textarea_field, select_field, choice_field, switch_field %}
{% from "components/forms/pickers.html" import number_field, instant_field, zone_field, pick_field %}
{% from "components/forms/error_summary.html" import error_summary %}
{% from "components/lists/pager.html" import pager %}{% from "components/lists/table.html" import table, unseen %}
{% from "components/lists/chips.html" import chips %}
{% from "components/figures/dayset.html" import dayset %}{% from "components/figures/meter.html" import meter %}
{% from "components/timeline.html" import timeline, moved, upcoming, happened with context %}
{% from "components/empty_state.html" import empty_state %}{% from "components/dialog.html" import decision %}
{% from "components/flash.html" import said %}{% from "components/tabs.html" import tabs %}
{% from "components/forms/request_id.html" import request_id_field %}
{% from "components/forms/csrf.html" import csrf_field %}
{{ badge('waitlisted', 3) }}{{ badge('no_show') }}{{ event_badge('draft') }}{{ plain_badge(evil) }}
{% call(part) stub('wait', 'clock', 'Waitlisted', evil, 3, 'in line', refresh_url='/x', focus=true) %}
{{ part }}{% endcall %}
{{ date_tile(at, 'Europe/Berlin') }}{{ cover(evil) }}
{{ text_field('a', evil, evil, hint=evil, error=evil) }}{{ number_field('b', 'Places', 0) }}
{{ instant_field('c', 'Starts', None) }}{{ textarea_field('d', 'Why', evil) }}
{{ zone_field('z', evil, evil, evil, evil) }}
{{ pick_field('p', evil, [(1, evil)], 1, evil) }}{{ pick_field('q', evil, [(1, evil)] * 99, 1, evil) }}
{{ select_field('e', 'Zone', [(evil, evil)], evil) }}
{{ choice_field('f', 'Rule', [('x', evil, None)], 'x', error=evil) }}
{{ switch_field('g', evil, true, attributes={'hx-post': evil}) }}{{ error_summary({'a': evil}) }}
{{ pager({'first': 1, 'last': 50, 'total': 1134}, next_href=evil) }}
{% call table(evil, evil, [evil, (evil, 'n'), unseen(evil)], foot=evil) %}<tr><td>{{ evil }}</td></tr>{% endcall %}
{{ chips('Filter', [{'words': evil, 'href': evil, 'count': 0, 'current': true}]) }}
{{ dayset([true, false]) }}{{ meter(5, 0, evil) }}
{% call timeline() %}{{ moved(None, 'confirmed', at, 'UTC', evil, evil) }}{{ upcoming('Closes', None, 'UTC') }}
{{ happened('Closed', at, 'UTC') }}{% endcall %}{{ empty_state(evil, evil, evil, evil) }}
{% call(part) decision(evil, evil, evil, in_dialog=true) %}{{ evil }}{% endcall %}
{{ said(evil, 'no') }}{{ tabs(evil, [(evil, evil)], evil) }}{{ request_id_field(evil) }}{{ csrf_field() }}
"""


def test_components_render_and_escape(frame: Flask) -> None:
    with frame.test_request_context("/"):
        html = render_template_string(COMPONENTS, evil=EVIL, at=AT, now=NOW)
    assert "<script" not in html
    assert "None" not in html and "undefined" not in html
    assert "Waitlisted, 3" in html
    assert 'aria-describedby="a-hint a-error" aria-invalid="true"' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {target for target in re.findall(r'\sfor="([^"]+)"', html)} <= set(ids)


@pytest.mark.parametrize("layout", ["participant", "desk", "admin"])
@pytest.mark.parametrize("reader", [None, Reader()], ids=["nobody", "staff"])
@pytest.mark.parametrize("demo", [{}, {"demo_clock": NOW}], ids=["plain", "demo"])
def test_a_layout_stands_for_everybody(frame: Flask, layout: str, reader: Reader | None, demo: dict) -> None:
    with frame.test_request_context("/events"):
        html = render_template(f"layouts/{layout}.html", current_actor=reader, now=NOW, **demo)
    assert html.startswith("<!doctype html>")
    assert html.count('id="main"') == html.count('id="say"') == html.count('id="dialog"') == 1
    assert ('class="demo"' in html) is bool(demo)
    assert ('name="csrf-token"' in html) is (reader is not None)
    assert "<b>Sand" not in html
    used = set(re.findall(r'<use href="#(i-[\w-]+)"', html))
    assert used <= set(re.findall(r'<symbol id="(i-[\w-]+)"', html))


def test_scripts_are_ours_and_carry_their_hash(frame: Flask) -> None:
    with frame.test_request_context("/"):
        html = render_template("layouts/desk.html", current_actor=None, now=NOW)
    scripts = re.findall(r"<script[^>]*>", html)
    assert len(scripts) == 2
    for script in scripts:
        assert re.search(r'src="/static/[\w./-]+\?v=[\w-]{12}" integrity="sha384-[\w+/=]{64}"', script)
        assert 'type="module"' in script or script.endswith(" defer>"), "no script holds up the page"


@pytest.mark.parametrize(("cookie", "expected"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"')])
def test_the_chosen_theme_is_there_from_the_first_byte(frame: Flask, cookie: str, expected: str) -> None:
    with frame.test_request_context("/", headers={"Cookie": f"theme={cookie}"}):
        assert f'dir="ltr"{expected}>' in render_template("layouts/participant.html", current_actor=None, now=NOW)
    with frame.test_request_context("/", headers={"Cookie": 'theme="><script>"'}):
        assert "data-theme" not in render_template("layouts/participant.html", current_actor=None, now=NOW)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 422, 429])
def test_an_error_page_says_what_to_do(frame: Flask, code: int) -> None:
    with frame.test_request_context("/nowhere"):
        plain = render_template(f"errors/{code}.html", sentence=None, reference="7f3a", current_actor=None, now=NOW)
        told = render_template(f"errors/{code}.html", sentence=EVIL, reference=None, current_actor=Reader(), now=NOW)
    assert 'class="btn"' in plain
    assert "<script>alert" not in told
    # a form that is too old is explained in our words, not in those of the token check
    assert ("&lt;script&gt;alert" in told) is (code != 400)


@pytest.mark.parametrize("code", [500, 503])
def test_the_last_pages_stand_alone(frame: Flask, code: int) -> None:
    with frame.test_request_context("/events"):
        page = frame.jinja_env.get_template(f"errors/{code}.html")
        html = page.render(reference="7f3a")  # no context processor ran: no session, no database
    assert "Nothing was changed." in html
    assert "7f3a" in html
    assert "csrf" not in html
