"""Descriptions as people type them, in Markdown: as HTML below a heading of the page, and as plain text.

No HTML of the writer's, no pictures; links say that they are a visitor's. Why it is so:
docs/decisions/115-descriptions-in-markdown.md.
"""

from collections.abc import Iterable, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Everything that a description may become; `dir` lets each block read in its own direction.
_BLOCKS = ("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre")
_CLEANER = nh3.Cleaner(
    tags={*_BLOCKS, "a", "em", "strong", "s", "code", "br", "hr"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=" ".join(("nofollow", "noopener", "ugc")),
    set_tag_attribute_values={block: {"dir": "auto"} for block in _BLOCKS},
)
#: A heading stands in a section of the page, whose own is h2.
_HIGHEST, _LOWEST = 3, 6
_READER = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
_READER.enable(["linkify", "strikethrough"]).disable(["image", "html_block", "html_inline", "entity"])


def markdown_html(text: str) -> str:
    """The text as HTML that may stand on a page as it is, its headings from h3 on without a gap."""
    tokens = _READER.parse(text)
    _move_headings(tokens)
    return _CLEANER.clean(_READER.renderer.render(tokens, _READER.options, {}))


def markdown_plain(text: str) -> str:
    """The text without its signs: lists with dashes or numbers, links with their address behind them."""
    return "\n".join(_plain_lines(_READER.parse(text))).strip()


def _move_headings(tokens: Iterable[Token]) -> None:
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            above = [tag for tag in above if tag < token.tag] + [token.tag]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_HIGHEST + len(above) - 1, _LOWEST)}"


def _plain_lines(tokens: Iterable[Token]) -> Iterable[str]:
    lists: list[int | None] = []
    mark = ""
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                is_counted = token.type == "ordered_list_open"
                lists.append(int(token.attrs.get("start", 1)) if is_counted else None)
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                if not lists:
                    yield ""
            case "list_item_open":
                number = lists[-1]
                mark = "  " * (len(lists) - 1) + ("- " if number is None else f"{number}. ")
                lists[-1] = None if number is None else number + 1
            case "inline":
                yield mark + _plain_inline(token.children or [])
                mark = ""
                if not lists:
                    yield ""
            case "fence" | "code_block":
                yield token.content
            case _:
                pass


def _plain_inline(tokens: Sequence[Token]) -> str:
    said, address, begins_at = "", "", 0
    for token in tokens:
        if token.type == "link_open":
            address, begins_at = str(token.attrs["href"]), len(said)
        elif token.type == "link_close":
            shown = said[begins_at:]
            is_bare = token.info == "auto" or shown in {address, address.removeprefix("mailto:")}
            said += "" if is_bare else f" ({address})"
        elif token.type in {"softbreak", "hardbreak"}:
            said += "\n"
        else:
            said += token.content
    return said
