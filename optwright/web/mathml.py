"""Mathematics for a page without scripts: the LaTeX of our own writing as MathML, which browsers draw themselves."""

from __future__ import annotations

import re
from html import escape

from latex2mathml.converter import convert

from optwright.formulation.mathematics import unescape

_TEXT = re.compile(r"\\text\{((?:[^{}\\]|\\[{}$&#%_]|\\text[a-z]+\{\})*)\}")
_PLACE = re.compile(r"<mtext>optwright(\d+)</mtext>")


def mathml(latex: str) -> str:
    r"""Return a <math> element. Texts inside are taken out before the conversion, which would spoil them, and escaped.

    `latex` must come from `formulation.latex`: names there are identifiers, and everything else is in `\text`.
    """
    texts: list[str] = []

    def take(match: re.Match[str]) -> str:
        texts.append(unescape(match[1]))
        return rf"\text{{optwright{len(texts) - 1}}}"

    def put(match: re.Match[str]) -> str:
        return f"<mtext>{escape(texts[int(match[1])]).replace(' ', '&#160;')}</mtext>"

    return _PLACE.sub(put, str(convert(_TEXT.sub(take, latex))))
