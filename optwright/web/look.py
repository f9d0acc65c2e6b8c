"""How the page looks: theme, style sheet, and the few lines of JavaScript that it needs. Nothing comes from outside."""

from __future__ import annotations

import gradio as gr

FONT = ("system-ui", "-apple-system", "Segoe UI", "Liberation Sans", "sans-serif")
MONO = ("ui-monospace", "Liberation Mono", "Consolas", "monospace")
_KEPT = "optwright-dark"

DARK = f"""() => {{
  const dark = document.body.classList.toggle('dark');
  localStorage.setItem('{_KEPT}', dark ? '1' : '0');
}}"""
"""Turns dark and light round and remembers it."""

START = f"""() => {{
  const kept = localStorage.getItem('{_KEPT}');
  if (kept !== null) document.body.classList.toggle('dark', kept === '1');
}}"""
"""Restores what the user chose; without a choice the page follows the system."""

FETCH = """() => {
  const end = Date.now() + 8000;
  const fetch = () => {
    const link = document.querySelector('#download');
    const note = document.querySelector('#export-note')?.innerText ?? '';
    const name = link?.innerText.trim().replace(/^Fetch /, '');
    if (name && note.includes(name)) link.click();
    else if (Date.now() < end) setTimeout(fetch, 100);
  };
  setTimeout(fetch, 150);
}"""
"""Fetches the file that an export has made, once its link is there."""

CSS = """
.gradio-container { width: 100%; max-width: 1680px !important; margin: 0 auto; }
#head { align-items: center; gap: 14px; flex-wrap: nowrap; }
#title { flex: 0 0 auto; width: auto; min-width: 0; }
#title h1 { margin: 0; font-size: 1.4rem; }
#who { flex: 1 1 0; min-width: 0; font-size: 0.85rem; }
#fresh, #dark { flex: 0 0 auto; }
@media (max-width: 860px) { #head { flex-wrap: wrap; } #who { flex-basis: 100%; order: 3; } }
#plot .modebar { display: none; }
#body > .column { min-width: 0 !important; }
@media (max-width: 860px) { #body > .column { min-width: 100% !important; } }
#chat button[aria-label="Clear"] { display: none; }
#chat .prose { font-size: 0.95rem; }
#samples { gap: 6px; }
#cells .cell-wrap, #columns .cell-wrap, #grid .cell-wrap, #preview .cell-wrap { font-size: 0.85rem; }
#seen { font-size: 0.85rem; }
#headline h3 { margin-top: 0.2rem; }
#elements .katex { font-size: 1.02em; }
#elements li { margin: 0.35em 0; overflow-wrap: anywhere; }
#board .prose table { width: 100%; font-size: 0.88rem; border-collapse: collapse; }
#board .prose th, #board .prose td {
  border: 1px solid var(--border-color-primary); padding: 4px 8px; overflow-wrap: break-word; word-break: normal;
}
#board .prose th { background: var(--background-fill-secondary); text-align: left; }
#plot .xtick text, #plot .ytick text, #plot .gtitle, #plot .textpoint text, #plot .cbaxis text {
  fill: var(--body-text-color) !important;
}
:focus-visible { outline: 2px solid var(--color-accent); outline-offset: 2px; }
footer { display: none !important; }
"""


def theme() -> gr.themes.Base:
    """Return the theme: Gradio's plain one with the fonts of the machine, so that none is asked for elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        secondary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.gray,
        font=FONT,
        font_mono=MONO,
        radius_size=gr.themes.sizes.radius_sm,
    )
