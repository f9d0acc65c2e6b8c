"""Replies that are there but cannot be used, each in one line."""

from __future__ import annotations

from optwright.llm.chat import Finish, Reply


def defect(reply: Reply) -> str | None:
    """Say why a reply is unusable whatever is in it, or return None."""
    if reply.finish is Finish.LENGTH:
        size = f"after {len(reply.text)} characters" if reply.text else "before its first word"
        return f"the reply was cut off {size} (finish_reason length); raise llm.max_tokens, or write less"
    if not reply.text.strip():
        return "the reply is empty"
    if reply.finish is Finish.FILTER:
        return "the server withheld the reply (finish_reason content_filter)"
    return None
