"""A hundred texts that would run in a browser where they are not escaped, and what finds one that would, in a page."""

# ruff: noqa: E501 - a table of texts

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# Each holds this word with its number, so that it is seen which one came through, and where.
WORD = "kanarie"
_TAGS = (
    "<script>{w}()</script>", "<ScRiPt>{w}()</sCrIpT>", "<script src=//{w}.example></script>", "<script/x>{w}()</script>",
    "</textarea><script>{w}()</script>", "</title><script>{w}()</script>", "</style><script>{w}()</script>",
    "--><script>{w}()</script>", "]]><script>{w}()</script>", "</option></select><script>{w}()</script>",
    "</td></table><script>{w}()</script>", "<<script>{w}()//<</script>", "<script\t>{w}()</script>",
    "<svg><script>{w}()</script></svg>", "<img src=x onerror={w}()>", "<img src=x onerror=\"{w}()\">",
    "<img/src=x/onerror={w}()>", "<IMG SRC=x OnErRoR={w}()>", "<img src='x' onerror='{w}()'", "<svg onload={w}()>",
    "<svg/onload={w}()>", "<body onload={w}()>", "<input autofocus onfocus={w}()>", "<details open ontoggle={w}()>",
    "<video><source onerror={w}()></video>", "<audio src=x onerror={w}()>", "<marquee onstart={w}()>",
    "<div onmouseover={w}()>x</div>", "<p style=\"background:url(//{w}.example)\">", "<style>@import '//{w}.example';</style>",
    "<link rel=stylesheet href=//{w}.example>", "<base href=//{w}.example/>", "<iframe src=\"javascript:{w}()\"></iframe>",
    "<iframe srcdoc=\"<script>{w}()</script>\"></iframe>", "<object data=\"javascript:{w}()\"></object>",
    "<embed src=\"javascript:{w}()\">", "<form action=\"javascript:{w}()\"><button>x</button></form>",
    "<button formaction=\"javascript:{w}()\">x</button>", "<a href=\"javascript:{w}()\">x</a>",
    "<a href=\"JaVaScRiPt:{w}()\">x</a>", "<a href=\"java&#115;cript:{w}()\">x</a>", "<a href=\"&#1;javascript:{w}()\">x</a>",
    "<a href=\" javascript:{w}()\">x</a>", "<a href=\"data:text/html,<script>{w}()</script>\">x</a>",
    "<a href=\"vbscript:{w}()\">x</a>", "<math><a xlink:href=\"javascript:{w}()\">x</a></math>",
    "<svg><a xlink:href=\"javascript:{w}()\"><text>x</text></a></svg>", "<svg><use href=\"data:image/svg+xml,{w}\"/></svg>",
    "<svg><animate onbegin={w}() attributeName=x></svg>", "<svg><foreignObject><body onload={w}()></foreignObject></svg>",
    "<meta http-equiv=refresh content=\"0;url=javascript:{w}()\">", "<template><img src=x onerror={w}()></template>",
    "<noscript><p title=\"</noscript><img src=x onerror={w}()>\">", "<x-{w} onclick={w}()>x</x-{w}>", "<{w}>", "<!--{w}-->",
    "<?{w}?>", "<![CDATA[<img src=x onerror={w}()>]]>", "<a href='x' onclick={w}()//'>x</a>", "<table background=\"javascript:{w}()\">",
    "<isindex type=image src=1 onerror={w}()>", "<keygen autofocus onfocus={w}()>", "<select autofocus onfocus={w}()>",
    "<textarea autofocus onfocus={w}()>", "<dialog open onclose={w}()>", "<img srcset=x onerror={w}()>",
    "<img src=x:x onerror\n=\n{w}()>", "<image src=x onerror={w}()>", "<bgsound src=\"javascript:{w}()\">",
    "<layer src=\"javascript:{w}()\">",
)  # fmt: skip
_ATTRIBUTES = (
    "\" onmouseover=\"{w}()", "\" onfocus=\"{w}()\" autofocus=\"", "' onmouseover='{w}()", "\" onclick={w}() x=\"",
    "\"><script>{w}()</script>", "'><script>{w}()</script>", "\"><img src=x onerror={w}()>", "'><img src=x onerror={w}()>",
    "\"/><svg onload={w}()>", "\" style=\"background:url(//{w}.example)", "x\" onerror=\"{w}()", "\"\tonclick=\"{w}()",
    "\"\nonpointerenter=\"{w}()", "\" formaction=\"javascript:{w}()", "\" srcdoc=\"<script>{w}()</script>",
    "\" href=\"javascript:{w}()", "&quot; onclick=&quot;{w}()\" onclick=\"{w}()", "\" {w}=\"x", "\" ONCLICK=\"{w}()",
    "\" accesskey=x onclick=\"{w}()",
)  # fmt: skip
_ADDRESSES = (
    "javascript:{w}()", "JAVASCRIPT:{w}()", "java\tscript:{w}()", "javascript://x%0a{w}()", "data:text/html,{w}",
    "data:text/html;base64,{w}", "vbscript:{w}", "//{w}.example", " javascript:{w}()", "blob:{w}",
)  # fmt: skip
PAYLOADS = tuple(text.replace("{w}", f"{WORD}{n:03}") for n, text in enumerate((*_TAGS, *_ATTRIBUTES, *_ADDRESSES)))
_ADDRESS = frozenset(
    {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset", "background", "ping"}
)
_OURS = re.compile(r"^(?:/(?![/\\])|[?#]|mailto:|tel:|\Z)")
_NEVER = frozenset(
    {"base", "iframe", "object", "embed", "style", "template", "marquee", "bgsound", "layer", "meta-refresh"}
)
_WORDS = re.compile(rf"{WORD}[0-9]{{3}}")


class Page(HTMLParser):
    """What is wrong in a page (`wrong`), which payloads it shows as text (`shown`), and its forms (`forms`)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.shown: set[str] = set(_WORDS.findall(html))
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._within = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        self.wrong += _of_element(tag, attrs)
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("method") or "get", given.get("action") or "", {}))
        elif tag in {"input", "textarea", "select", "button"} and self.forms and given.get("name"):
            kind = given.get("type") or tag
            self.forms[-1].fields.setdefault(given["name"], []).append((kind, given.get("value") or ""))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in {"script", "style"} and data.strip():
            self.wrong.append(f"<{self._within}> with a content")

    def handle_comment(self, data: str) -> None:
        if WORD in data:
            self.wrong.append(f"comment {data[:60]!r}")

    handle_pi = handle_decl = handle_comment

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


class Form:
    """A form of a page: where it goes, and its fields by name with (type, value)."""

    def __init__(self, method: str, action: str, fields: dict[str, list[tuple[str, str]]]) -> None:
        self.method, self.action, self.fields = method.lower(), action, fields

    def filled(self, text: str) -> dict[str, str]:
        """Return the form with a text in each field that takes one; what is chosen or hidden stays as it is."""
        return {
            name: text if kinds[0][0] in {"text", "textarea", "search", "email"} else kinds[0][1]
            for name, kinds in self.fields.items()
            if kinds[0][0] != "file"
        }


def _of_element(tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
    names = [name for name, _ in attrs]
    if (
        tag in _NEVER
        or WORD in tag
        or (tag == "script" and "src" not in names)
        or (tag == "meta" and "http-equiv" in names)
    ):
        yield f"<{tag}>"
    for name, value in attrs:
        text = (value or "").strip("\0\1\t\n\r \x0c")
        if (
            name.startswith("on")
            or name in {"style", "srcdoc"}
            or WORD in name
            or not re.fullmatch(r"[a-z0-9:_-]+", name)
        ):
            yield f"<{tag} {name}>"
        elif name in _ADDRESS and not _OURS.match(text) and not (text.startswith("https://") and WORD not in text):
            yield f"<{tag} {name}={text[:60]!r}>"


def dangers(html: str) -> list[str]:
    """Return what in a page would run, or lead elsewhere, and is not ours."""
    return Page(html).wrong
