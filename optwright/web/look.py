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
  document.body.classList.toggle('library', location.hash.startsWith('#library'));
}}"""
"""Restores what the user chose and where the address points; without a choice the page follows the system."""

LEAF = """(shown, ...asked) => {
  const open = document.body.classList.toggle('library');
  const [name] = shown.split(',');
  const place = open ? '#library' + (name ? '/' + name : '') : location.pathname + location.search;
  history.replaceState(null, '', place);
  return [open ? '-' : '', ...asked];
}"""
"""Turns to the library and back."""

NAMED = """(shown, ...asked) => {
  const [page, name] = location.hash.split('/');
  return [page === '#library' ? (name || '-') : '', ...asked];
}"""
"""Tells which insight the address names: `-` for none, empty where it points to the conversation."""

OPEN = """(name) => {
  history.replaceState(null, '', '#library/' + name);
  return [name];
}"""
"""Names the insight that is shown in the address."""

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
body.library #body, body:not(.library) #library, body.library #fresh, .unseen { display: none !important; }
#library-body > .column { min-width: 0 !important; }
@media (max-width: 860px) { #library-body > .column { min-width: 100% !important; } }
#library-search, #library-filters, #decide { align-items: end; }
#library-note { position: sticky; top: 0; z-index: 2; background: var(--body-background-fill); }
#library-note p { font-weight: 600; padding: 4px 0; }
#insights .wrap { flex-direction: column; flex-wrap: nowrap; gap: 4px; max-height: 66vh; overflow-y: auto; }
#insights label { width: 100%; align-items: flex-start; font-weight: 400; }
#insights label span { white-space: pre-line; overflow-wrap: anywhere; font-size: 0.88rem; }
#insights label span::first-line { font-weight: 600; }
#seen { font-size: 0.85rem; }
#headline h3 { margin-top: 0.2rem; }
#elements .katex { font-size: 1.02em; }
#elements li { margin: 0.35em 0; overflow-wrap: anywhere; }
#board .prose table, #insight-board .prose table { width: 100%; font-size: 0.88rem; border-collapse: collapse; }
#board .prose th, #board .prose td, #insight-board .prose th, #insight-board .prose td {
  border: 1px solid var(--border-color-primary); padding: 4px 8px; overflow-wrap: break-word; word-break: normal;
}
#board .prose th, #insight-board .prose th { background: var(--background-fill-secondary); text-align: left; }
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
