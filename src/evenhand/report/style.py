"""The look of every page: calm, light or dark as the reader's machine is, and plain on paper."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root { --ink: #1d2430; --dim: #566070; --paper: #fff; --soft: #f3f5f8; --rule: #d5dae2; --bar: #2f6f9f;
  --link: #155a8a; --good: #1c6b3c; --fair: #7a5a00; --poor: #a03c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --dim: #a3acba; --paper: #14171c;
  --soft: #1e232b; --rule: #38404c; --bar: #6fb1e0; --link: #8cc4ee; --good: #7fd6a2; --fair: #e6c35c;
  --poor: #f2a272; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 74rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid
  var(--rule); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.lead { font-size: 1.1rem; margin: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: .9rem 0 0; padding:
  0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px; }
p { max-width: 46rem; margin: .5rem 0; white-space: pre-line; }
.wide { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--dim); padding: .2rem 0 .4rem; }
th, td { padding: .28rem .8rem .28rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid
  var(--rule); }
thead th { border-bottom: 2px solid var(--rule); white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; }
.figure { text-align: right; white-space: nowrap; }
.bars { width: 100%; max-width: 46rem; margin: .8rem 0; }
.bars .bar { width: 60%; padding-left: .4rem; }
.bars svg { display: block; width: 100%; height: .9rem; fill: var(--bar); margin-top: .3rem; }
svg { max-width: 100%; }
.chart { background: #fff; border-radius: .4rem; padding: .5rem; margin: .8rem 0; overflow-x: auto; }
.chart svg { height: auto; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .6rem 0; }
.facts dt { color: var(--dim); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--rule); border-radius: .4rem; padding: .7rem 1rem; break-inside: avoid; }
.card h3 { margin-top: 0; } .card ul { margin: .3rem 0; padding-left: 1.1rem; }
.chip { display: inline-block; border: 1px solid var(--rule); border-radius: 1rem; padding: .1rem .8rem;
  background: var(--soft); }
.good { color: var(--good); } .fair { color: var(--fair); } .poor { color: var(--poor); }
.dot { width: .75em; height: .75em; vertical-align: -.02em; }
.dot.green { fill: #2a9d4f; } .dot.blue { fill: #2f7fd0; } .dot.yellow { fill: #e0b100; }
.dot.orange { fill: #e07020; }
.note { color: var(--dim); }
details { margin: .4rem 0; } summary { cursor: pointer; }
footer { margin-top: 3rem; color: var(--dim); font-size: .85rem; }
@media (max-width: 34rem) { .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: .4rem; } }
@media print {
  :root { --ink: #000; --dim: #333; --paper: #fff; --soft: #fff; --rule: #999; --bar: #555; --link: #000;
    --good: #000; --fair: #000; --poor: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; } .wide { overflow: visible; }
  h2, h3, caption { break-after: avoid; } tr, .card { break-inside: avoid; } thead { display:
  table-header-group; }
  .fresh-sheet { break-before: page; } details > * { display: block; } .bars svg { print-color-adjust:
  exact; }
  @page { margin: 15mm; }
}
"""
