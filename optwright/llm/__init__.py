"""Language models behind one seam: `ChatModel`, with a server, a script or a cache on disk behind it."""

from optwright.llm.cached import CachedChat
from optwright.llm.chat import ChatModel, Completion, Finish, Message, Reply, Request
from optwright.llm.scripted import ScriptedChat
from optwright.llm.server import ChatOptions, OpenAIChat

__all__ = [
    "CachedChat",
    "ChatModel",
    "ChatOptions",
    "Completion",
    "Finish",
    "Message",
    "OpenAIChat",
    "Reply",
    "Request",
    "ScriptedChat",
]
