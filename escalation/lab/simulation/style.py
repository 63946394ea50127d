"""The report's style: a sheet inside the page, light and dark by the reader's setting, one column on a telephone."""

COLOURS = {
    "light": ("#0b5cad", "#b4540a", "#7a3e9d", "#6b6b6b", "#1a7f4b", "#b02a55", "#0b5cad", "#c0392b"),
    "dark": ("#7ab8ff", "#ffb066", "#d3a6ef", "#a8a8a8", "#6fdc9c", "#ff8fb0", "#7ab8ff", "#ff8a7a"),
}
"""By style number: the six strategies, then ours certified and the bound. Each has 4.5 : 1 against its ground."""
DASHES: tuple[tuple[int, ...], ...] = ((), (6, 3), (2, 3), (8, 3, 2, 3), (10, 4), (4, 2), (1, 3), (5, 3))
"""By style number: lengths of strokes and gaps; none for a solid line."""
PAGE = {"soft": "#555d66", "rule": "#d5dae0", "bad": "#b3261e"}
"""Colours of the light page that plots use too, by the name of their variable."""


def style_sheet() -> str:
    """Return the sheet."""
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_DARK}{_colours('dark')}}}}}"
    return f"{_BASE}{_keys()}:root{{{_light()}{_colours('light')}}}{dark}"


def _colours(scheme: str) -> str:
    return "".join(f"--s{style}:{colour};" for style, colour in enumerate(COLOURS[scheme]))


def _light() -> str:
    return "".join(f"--{name}:{colour};" for name, colour in PAGE.items())


def _keys() -> str:
    """Return how each style is drawn in the legend."""
    return "".join(
        f".key.s{style}{{stroke:var(--s{style});stroke-dasharray:{' '.join(map(str, dash)) or 'none'}}}"
        for style, dash in enumerate(DASHES)
    )


_DARK = "--ground:#15181c;--card:#1d2126;--ink:#e8eaed;--soft:#a9b0b8;--rule:#363c44;--bad:#ff8a7a;"
_BASE = """
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#16191d}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1240px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px}
h2{font-size:1.15rem;margin:36px 0 8px}
h3{font-size:1rem;margin:0 0 4px}
p{margin:0 0 10px;max-width:75ch}
.soft,figcaption{color:var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:18px 0}
.fact{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:10px 12px}
.fact b{display:block;font-size:1.45rem;line-height:1.2;font-variant-numeric:tabular-nums}
.fact span{color:var(--soft);font-size:.85rem}
.scroll{overflow-x:auto;margin-bottom:12px;background:var(--card);border:1px solid var(--rule);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
th,td{padding:6px 6px;overflow-wrap:normal;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--card)}
td:first-child{white-space:normal;min-width:8.5em}
tr:last-child td{border-bottom:0}
thead th{font-weight:600;color:var(--soft);white-space:normal;vertical-align:bottom}
tr.ours td{font-weight:600}
td small{display:block;color:var(--soft);font-weight:400}
.bad{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:16px}
figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:14px}
figcaption{font-size:.88rem;margin-bottom:6px}
svg{display:block;width:100%;height:auto}
svg text{font-family:system-ui,sans-serif}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin:8px 0 0;padding:0;list-style:none;font-size:.82rem}
.legend svg{display:inline-block;width:26px;height:10px;vertical-align:middle;margin-right:6px}
.key{fill:none;stroke-width:2.4}
ul.log{padding-left:1.2em;font-size:.9rem}
"""
