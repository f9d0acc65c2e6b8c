"""A visitor without a browser: speaks to the app over HTTP exactly as its page does."""

import json
import secrets

import httpx
from gradio_client.utils import apply_diff

API = "/gradio_api"


class AppError(Exception):
    """The server answered with an error; `text` is all that it said."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text


class Client:
    """One page. `values` holds what it shows, by the element's id."""

    def __init__(self, url, http=None):
        self.url = url.rstrip("/")
        self.http = http or httpx.AsyncClient(timeout=300)
        self.session = secrets.token_hex(6)
        self.values = {}

    async def arrive(self, kept=""):
        """Load the page; `kept` is the conversation's id that the browser has from before."""
        config = (await self.http.get(f"{self.url}/config")).raise_for_status().json()
        self.components = {part["id"]: part for part in config["components"]}
        self.names = {part["id"]: part["props"].get("elem_id") or part["id"] for part in config["components"]}
        self.browser = next(part["id"] for part in config["components"] if part["type"] == "browserstate")
        self.names[self.browser] = "browser"
        self.events = {}
        for dependency in config["dependencies"]:
            for target, event in dependency["targets"]:
                self.events.setdefault((self.names.get(target, "page"), event), dependency)
        self.values = {self.names[part["id"]]: part["props"].get("value") for part in config["components"]}
        self.values["browser"] = kept
        await self.act("page", "load")
        return self

    async def say(self, words):
        await self.act("send", words=words)

    async def act(self, element, event="click", **given):
        """Do something and wait until everything that it changes has been told."""
        self.values |= given
        dependency = self.events[element, event]
        data = [self.values.get(self.names[number]) for number in dependency["inputs"]]
        body = {"data": data, "fn_index": dependency["id"], "session_hash": self.session, "event_data": None}
        joined = await self.http.post(f"{self.url}{API}/queue/join", json=body)
        if joined.status_code != 200:
            raise AppError(joined.text)
        await self._listen(joined.json()["event_id"], dependency)

    async def _listen(self, event, dependency):
        raw = None
        stream = self.http.stream("GET", f"{self.url}{API}/queue/data", params={"session_hash": self.session})
        async with stream as answer:
            async for line in answer.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("event_id") != event:
                    continue
                if message["msg"] == "process_generating":
                    new = message["output"]["data"]
                    raw = new if raw is None else [apply_diff(a, b) for a, b in zip(raw, new, strict=True)]
                    self._take(dependency, raw)
                elif message["msg"] == "process_completed":
                    if not message["success"]:
                        raise AppError(json.dumps(message["output"]))
                    self._take(dependency, message["output"].get("data") or [])
                    return

    def _take(self, dependency, data):
        for number, value in zip(dependency["outputs"], data, strict=False):
            update = isinstance(value, dict) and value.get("__type__") == "update"
            if not update or "value" in value:
                self.values[self.names[number]] = value["value"] if update else value

    @property
    def chat(self):
        """What the chat shows, as one text."""
        return "\n".join(str(message["content"]) for message in self.values.get("chat") or [])

    async def close(self):
        await self.http.aclose()
