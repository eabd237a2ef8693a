"""Descriptions: what Markdown becomes, what never gets through, and that no text takes long."""

import time

import html5lib
import pytest

from webapp.adapters.markdown import markdown_html, markdown_plain

LIMIT = 8000
LINK = 'rel="nofollow noopener ugc"'


@pytest.mark.parametrize(
    "text, html",
    [
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("*soft* **loud**", "<p><em>soft</em> <strong>loud</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("## Deep\n# High\n### Low", "<h3>Deep</h3>\n<h3>High</h3>\n<h4>Low</h4>"),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5", "<h3>1</h3>\n<h4>2</h4>\n<h5>3</h5>\n<h6>4</h6>\n<h6>5</h6>"),
        ("see https://a.org/x?b=1&c=2", f'<p>see <a href="https://a.org/x?b=1&amp;c=2" {LINK}>https://a.org/x?b=1&amp;c=2</a></p>'),
        ("write to ana@post.org", f'<p>write to <a href="mailto:ana@post.org" {LINK}>ana@post.org</a></p>'),
        ("[here](/events)", f'<p><a href="/events" {LINK}>here</a></p>'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html;base64,aa)", "<p>[x](data:text/html;base64,aa)</p>"),
        ('[x](http://a.org "t\\" onclick=1")', f'<p><a href="http://a.org" {LINK}>x</a></p>'),
        ("![cat](https://a.org/cat.png)", f'<p>!<a href="https://a.org/cat.png" {LINK}>cat</a></p>'),
        ("AT&amp;T &lt;b&gt;", "<p>AT&amp;amp;T &amp;lt;b&amp;gt;</p>"),
    ],
)  # fmt: skip
def test_markdown_as_html(text, html):
    assert markdown_html(text).replace(' dir="auto"', "").strip() == html


def test_every_block_reads_in_its_own_direction():
    tree = html5lib.parseFragment(markdown_html("# مرحبا\n\n- one\n\n> two"), namespaceHTMLElements=False)
    assert [one.tag for one in tree.iter() if one.get("dir") != "auto" and one.tag != "DOCUMENT_FRAGMENT"] == []


def test_markdown_as_plain_text():
    text = (
        "# Bring\n\n- *two* boards\n- [glue](https://a.org/glue)\n  1. red\n  2. blue\n\nSee https://a.org\nand come."
    )
    assert markdown_plain(text).split("\n") == [
        "Bring",
        "",
        "- two boards",
        "- glue (https://a.org/glue)",
        "  1. red",
        "  2. blue",
        "",
        "See https://a.org",
        "and come.",
    ]


BAD = [
    *(">", "> - ", "[", "![](<", "*a ", "**a *b ", "`", "[a](b", "- ", "a@a.", "http://"),
    *("<", "[a]: b\n", "~~a", "&", "*_", "a\n", "\t>", "x.com ", "# "),
]


def test_no_text_takes_long():
    slowest = {}
    for part in BAD:
        text = (part * LIMIT)[:LIMIT]
        begun = time.process_time()
        markdown_html(text), markdown_plain(text)
        slowest[part] = time.process_time() - begun
    assert {part: taken for part, taken in slowest.items() if taken > 1} == {}
    assert len(markdown_html("> " * 500_000)) < 2_000
