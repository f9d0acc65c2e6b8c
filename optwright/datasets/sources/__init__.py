"""One module a benchmark: its facts, its terms of use, and the reader of its upstream format."""

from optwright.datasets.source import Source
from optwright.datasets.sources import complexor, industryor, logior, mamo, nl4opt, nlp4lp, optibench, optmath

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        optibench.SOURCE,
        optmath.SOURCE,
        nl4opt.SOURCE,
        mamo.EASY,
        mamo.COMPLEX,
        industryor.SOURCE,
        complexor.SOURCE,
        nlp4lp.SOURCE,
        logior.SOURCE,
    )
}
"""Every known benchmark by name, in the order in which they are listed."""
