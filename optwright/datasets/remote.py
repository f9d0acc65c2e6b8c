"""Benchmarks from the Hugging Face hub or a URL, through the `datasets` library and its cache on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from optwright.datasets.source import Row, Source
from optwright.errors import DatasetError


def cache_folder() -> Path:
    """Return where downloads are kept: `OPTWRIGHT_CACHE`, or `optwright/datasets` in the user's cache folder."""
    if given := os.environ.get("OPTWRIGHT_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "optwright" / "datasets"


def fetch(url: str) -> Path:
    """Download a file once and return its place in the cache. Raises DatasetError when it cannot be had."""
    library = _library()
    options = library.DownloadConfig(cache_dir=cache_folder(), num_proc=1, max_retries=2)
    try:
        found = library.DownloadManager(download_config=options).download(url)
    except ImportError as error:
        raise DatasetError(f"downloading needs more: {_short(error)}; pip install 'fsspec[http]'") from None
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot download {url}: {_short(error)}; give a local file instead: NAME:PATH") from error
    return _with_suffix(Path(str(found)), url)


def hub_rows(source: Source) -> Iterator[Row]:
    """Yield the records of a benchmark's data set on the hub. Raises DatasetError when it cannot be had."""
    if source.hub is None:
        raise DatasetError(f"{source.name} is not on the Hugging Face hub; give a local file: {source.name}:PATH")
    hub, library = source.hub, _library()
    try:
        table = library.load_dataset(hub.repository, hub.configuration, split=hub.split, cache_dir=str(cache_folder()))
    except (OSError, ValueError) as error:
        message = f"cannot load {hub.repository} ({hub.split}) from the hub: {_short(error)}"
        raise DatasetError(f"{message}; give a local file instead: {source.name}:PATH") from error
    for position, record in enumerate(table):
        yield {**record, "_position": position, "_where": f"{hub.repository}, row {position}"}


def _library() -> Any:
    try:
        library = import_module("datasets")
    except ImportError:
        raise DatasetError("downloading needs the `datasets` library: pip install datasets 'fsspec[http]'") from None
    library.disable_progress_bars()
    return library


def _with_suffix(found: Path, url: str) -> Path:
    suffix = Path(url.split("?")[0]).suffix
    if found.suffix == suffix:
        return found
    named = found.with_name(f"file-{found.name}{suffix}")  # `<hash>.json` beside it is the library's own note
    if not named.exists():
        named.symlink_to(found.name)
    return named


def _short(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
