"""Balances go in, a picture comes out as SVG or PNG: asked to the left, offered to the right, a row a theme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from matcher.agenda.gaps import Balance
from matcher.errors import MissingPartError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = "Waar de matcher geen duidelijk passend aanbod vindt"
# On the reference corpus 24 of the 30 questions left over were judged to have an offer that helps all the same.
CAUTION = "Laat een verbinder ook zelf kijken: de matcher ziet niet alles."
# 800 x (170 + 44 a theme) dots: as wide as a page.
_WIDTH, _HEAD, _ROW, _DOTS = 8.0, 1.7, 0.44, 100
_LABEL = 30
MOST = 12
_UNDATED: dict[str, dict[str, str | None]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
_Style = dict[str, Any]
# Full against hatched, so that nothing rests on colour alone; both colours stand 6:1 and more against white.
_UNMET = {"facecolor": "#9b1c31", "edgecolor": "#9b1c31", "linewidth": 1}
_MET = {"facecolor": "#ffffff", "edgecolor": "#9b1c31", "hatch": "///", "linewidth": 1}
_OFFERED = {"facecolor": "#1f5a87", "edgecolor": "#1f5a87", "linewidth": 1}
_MISSED = {"facecolor": "#ffffff", "edgecolor": "#1f5a87", "hatch": "\\\\\\", "linewidth": 1}
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "hatch.linewidth": 1.0,
    "svg.fonttype": "none",
    # Without these two the bytes would differ at every run.
    "svg.hashsalt": "matcher",
    "svg.id": "leeragenda",
}


def svg(balances: Sequence[Balance], most: int = MOST) -> bytes:
    """Return the first `most` themes as one `<svg>` element, with title and description; fit for a file or a page.

    The same bytes for the same balances. The numbers above are those of all balances.
    """
    picture = _drawn(balances, most, "svg").decode()
    picture = picture[picture.index("<svg ") :]
    words = " ".join(filter(None, (summary(balances), description(balances[:most]), CAUTION)))
    told = (
        f'<title id="leeragenda-titel">{escape(TITLE)}</title>\n<desc id="leeragenda-uitleg">{escape(words)}</desc>\n'
    )
    named = 'role="img" lang="nl" aria-labelledby="leeragenda-titel leeragenda-uitleg"'
    return re.sub(r"<svg ([^>]*)>", rf"<svg {named} \1>\n{told}", picture, count=1).encode()


def png(balances: Sequence[Balance], most: int = MOST) -> bytes:
    """Return the first `most` themes as PNG, 800 dots wide at normal size, drawn twice as sharp."""
    return _drawn(balances, most, "png")


def summary(balances: Sequence[Balance]) -> str:
    """Return the picture's message in one sentence."""
    asked, unmet = sum(b.asked for b in balances), sum(len(b.unmet) for b in balances)
    if not asked:
        return "Er zijn geen open vragen."
    return f"Bij {unmet} van de {asked} open vragen vindt de matcher geen aanbod dat duidelijk past en kan."


def description(balances: Sequence[Balance]) -> str:
    """Return in words what the picture shows, for who cannot see it."""
    return " ".join(
        f"{b.theme.label}: {len(b.unmet)} van {b.asked} vragen zonder goed en beschikbaar aanbod; "
        f"aanbod dat past en kan: {_supply(b)}."
        for b in balances
    )


def _supply(balance: Balance) -> str:
    there_are, missed = len(balance.offers), len(balance.missed)
    if not there_are and not missed:
        return "geen"
    return f"{there_are} wel, {missed} niet" if missed else f"{there_are} wel"


def _drawn(balances: Sequence[Balance], most: int, kind: str) -> bytes:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise MissingPartError("matplotlib", "installeer die met `pip install 'matcher[pictures]'`") from fault
    out = BytesIO()
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, _HEAD + _ROW * max(1, len(balances[:most]))), dpi=_DOTS)
        _head(figure, balances, most)
        _draw(figure, balances[:most])
        figure.savefig(out, format=kind, dpi=2 * _DOTS, metadata=_UNDATED[kind])
    return out.getvalue()


def _shown(balances: Sequence[Balance], most: int) -> str:
    left_out = len(balances) > most
    told = f"Hier staan de {most} thema's met het grootste tekort, van {len(balances)}.\n" if left_out else ""
    return f"\n{told}{CAUTION}" if balances else ""


def _head(figure: Figure, balances: Sequence[Balance], most: int) -> None:
    height = figure.get_figheight()
    figure.text(0.015, 1 - 0.12 / height, TITLE, va="top", fontsize=13, fontweight="bold")
    figure.text(0.015, 1 - 0.38 / height, f"{summary(balances)}{_shown(balances, most)}", va="top", fontsize=10)


def _draw(figure: Figure, balances: Sequence[Balance]) -> None:
    if not balances:
        return
    height = figure.get_figheight()
    across = (0.12 / height, 1 - (_HEAD + 0.12) / height)
    asked = figure.add_axes((0.285, across[0], 0.34, across[1]))
    offered = figure.add_axes((0.645, across[0], 0.34, across[1]))
    unmet, missed = [len(b.unmet) for b in balances], [len(b.missed) for b in balances]
    met, offers = [b.asked - len(b.unmet) for b in balances], [len(b.offers) for b in balances]
    _bars(asked, (unmet, met), ({**_UNMET, "label": "zonder aanbod"}, {**_MET, "label": "met aanbod"}))
    _bars(offered, (offers, missed), ({**_OFFERED, "label": "kan wel"}, {**_MISSED, "label": "kan niet: vol, elders"}))
    _numbered(asked, [b.asked for b in balances], [f"{len(b.unmet)} van {b.asked} zonder" for b in balances])
    _numbered(offered, [o + m for o, m in zip(offers, missed, strict=True)], [_supply(b) for b in balances])
    asked.invert_xaxis()
    asked.tick_params(axis="y", length=0)
    asked.set_yticks(range(len(balances)), ["\n".join(wrap(b.theme.label, _LABEL)) for b in balances])
    _headed(asked, "Open vragen")
    _headed(offered, "Aanbod dat past")


def _bars(axes: Axes, sizes: tuple[Sequence[int], Sequence[int]], styles: tuple[_Style, _Style]) -> None:
    places = range(len(sizes[0]))
    axes.barh(places, sizes[0], height=0.6, **styles[0])
    axes.barh(places, sizes[1], left=sizes[0], height=0.6, **styles[1])
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.axvline(0, color="#222222", linewidth=1)


def _numbered(axes: Axes, ends: Sequence[int], numbers: Sequence[str]) -> None:
    """Write each number past the end of its bar, with room for it."""
    top = max(1, *ends)
    axes.set_xlim(0, top * 1.62)
    outward = "right" if axes.get_position().x0 < 0.5 else "left"
    for place, (end, number) in enumerate(zip(ends, numbers, strict=True)):
        axes.text(end + top * 0.03, place, number, ha=outward, va="center", fontsize=9)


def _headed(axes: Axes, name: str) -> None:
    axes.set_title(name, fontsize=11, fontweight="bold", pad=30, loc="center")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=9, handlelength=1.6,
                columnspacing=1.2, borderpad=0.2)  # fmt: skip
