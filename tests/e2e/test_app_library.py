"""The library in the app, with real browsers and real databases; only the language model is scripted, over HTTP."""

import os
import re
import time

import pytest

from tests.postgres import database, postgres  # noqa: F401
from tests.stub_server import StubServer

pytest.importorskip("gradio")
sync_api = pytest.importorskip("playwright.sync_api")

from optwright.experience.insight import Status, Use  # noqa: E402
from optwright.experience.integrity import faults  # noqa: E402
from optwright.experience.library import Library  # noqa: E402
from tests.e2e.app_library import LESSON, MIX, WHOLE, filled, speak  # noqa: E402
from tests.e2e.app_server import CHROMIUM, QUIET, AppServer, Visitor  # noqa: E402
from tests.e2e.test_app import NAMELESS  # noqa: E402

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("OPTWRIGHT_SCREENSHOTS")
USERS = "ann:one-long-word\nbob:another-word\ncarl:a-third-word\n"
WRONG = "Loaves and buns are sold by the piece, so their numbers must be whole."


@pytest.fixture(scope="module")
def browser():
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_api.sync_playwright() as player:
        opened = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def library(tmp_path):
    opened = filled(tmp_path / "library.db")
    yield opened
    opened.close()


class Reader(Visitor):
    """A visitor who knows the library page."""

    def turn(self):
        self.page.locator("#leaf").click()
        self.page.locator("#library").wait_for()

    def look(self, words):
        self.page.get_by_label("Look for").fill(words)
        self.page.locator("#library-find").click()

    def choose(self, part, value):
        self.page.locator(f"#{part} input").click()
        self.page.get_by_role("option", name=value, exact=True).click()

    def listed(self, *names):
        """Wait until these insights are listed, in this order."""
        expected = [re.compile(rf"^\s*{name}\s") for name in names]
        sync_api.expect(self.page.locator("#insights label")).to_have_text(expected, timeout=60_000)

    def open(self, name):
        self.page.locator("#insights label", has_text=f"{name} ").first.click()
        self.page.locator("#insight", has_text=f"{name}:").wait_for()

    def write_into(self, field, words):
        self.page.locator(f"#{field} textarea, #{field} input").first.fill(words)

    def read(self, field):
        return self.page.locator(f"#{field} textarea, #{field} input").first.input_value()

    def hint(self, words):
        self.page.locator("#library-note", has_text=words).wait_for()
        return self.text("library-note")

    def sign_in(self, name, word):
        answer = self.context.request.post(f"{self.url}login", form={"username": name, "password": word})
        assert answer.ok
        return self.arrive()


@pytest.fixture
def visit(browser):
    opened = []

    def visit(url, user=None):
        one = Reader(browser, url, SHOTS)
        opened.append(one)
        return one.sign_in(*user) if user else one.arrive()

    yield visit
    for one in opened:
        one.close()


@pytest.fixture
def serve(tmp_path):
    servers = []

    def serve(*arguments, **environment):
        servers.append(AppServer(tmp_path, *arguments, **environment))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def test_without_a_library_the_page_says_how_to_have_one(serve, visit):
    visitor = visit(serve("--model", "offline").url)
    visitor.turn()
    visitor.page.locator("#library-none", has_text="optwright app --library library.db").wait_for()
    assert not visitor.page.locator("#library-body").is_visible()
    visitor.shot("library_none")
    visitor.page.locator("#leaf", has_text="Conversation").click()
    visitor.page.locator("#words").wait_for()
    assert not visitor.troubles


def test_a_library_is_leafed_through(serve, visit, library, tmp_path):
    server = serve("--model", "offline", "--library", tmp_path / "library.db")
    visitor = visit(server.url)
    visitor.turn()
    visitor.listed("I4", "I3", "I2", "I1")
    visitor.look("a vehicle and its depot")
    visitor.listed("I3", "I1")
    visitor.look("")
    visitor.choose("library-status", "admitted")
    visitor.listed("I1")
    visitor.choose("library-status", "any")
    visitor.choose("library-stage", "general formulation")
    visitor.listed("I2", "I1")
    visitor.choose("library-label", "general formulation / Constraints")
    visitor.listed("I2")
    visitor.open("I2")
    assert "A share of a total must be reached." in visitor.text("insight")
    assert "candidate, version 2" in visitor.text("insight")
    assert "nl4opt-17, nl4opt-203" in visitor.text("insight-origin")
    assert "desks >= 0.4*(desks + chairs)" in visitor.text("insight-example")
    visitor.tab("History")
    assert "which side" in visitor.text("insight-history")
    assert "ann" in visitor.text("insight-history")
    visitor.page.locator("#insight-difference", has_text="+explanation: Write the share").wait_for()
    assert not visitor.page.get_by_role("tab", name="Edit", exact=True).is_visible()
    assert "started without --learn" in visitor.text("library-rights")
    visitor.page.goto(f"{server.url}#library/I1")
    visitor.page.reload()
    visitor.page.locator("#insight", has_text="I1:").wait_for()
    assert "positive" in visitor.text("insight-origin")
    assert "t3, t9" in visitor.text("insight-origin")
    assert visitor.hosts == {server.url.split("/")[2]}
    assert not visitor.troubles
    assert library.mark() == 5, "reading wrote"


def test_every_control_of_the_library_has_a_name_and_fits(serve, visit, library, tmp_path):
    visitor = visit(serve("--model", "offline", "--library", tmp_path / "library.db", "--learn").url)
    visitor.turn()
    visitor.open("I2")
    for width in (1400, 390):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        for name in ("History", "Edit", "Insight"):
            visitor.tab(name)
            visitor.shot(f"library_{name.lower()}_{width}")
            assert visitor.page.evaluate(NAMELESS) == []
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_insight_is_edited_approved_and_retired(serve, visit, library, tmp_path):
    server = serve("--model", "offline", "--library", tmp_path / "library.db", "--learn")
    visitor = visit(server.url)
    visitor.turn()
    visitor.open("I3")
    visitor.tab("Edit")
    visitor.page.locator("#edit-save").click()
    visitor.hint("nothing differs from version 1 of I3")
    visitor.write_into("edit-condition", "Each town is visited once by one van.")
    visitor.write_into("edit-why", "plainer")
    visitor.page.locator("#edit-save").click()
    visitor.hint("I3 is saved as version 2 and is candidate")
    visitor.page.locator("#insights", has_text="Each town is visited once").wait_for()
    visitor.tab("Insight")
    visitor.write_into("why", "looked through")
    visitor.page.locator("#approve").click()
    visitor.hint("I3 is admitted, version 3")
    visitor.page.locator("#insights label", has_text="I3 admitted").wait_for()
    server.kill()
    visitor.page.goto("about:blank")
    server.start()
    visitor.page.goto(f"{server.url}#library/I3")
    visitor.page.locator("#insight", has_text="admitted, version 3").wait_for()
    visitor.page.locator("#retire").click()
    visitor.hint("I3 is retired, version 4")
    visitor.tab("History")
    assert "looked through" in visitor.text("insight-history")
    told = [(change.action, one.status.value) for change, one in library.history(3)]
    assert told == [("add", "candidate"), ("edit", "candidate"), ("admit", "admitted"), ("retire", "retired")]
    assert all(change.actor.endswith("in the app") for change, _ in library.history(3)[1:])
    visitor.open("I1")
    visitor.tab("Edit")
    visitor.write_into("edit-condition", "")
    visitor.page.locator("#edit-save").click()
    visitor.hint("an insight needs a condition; it is empty")
    assert library.get(1).version == 1
    assert faults(library) == []


def test_two_editors_at_once_and_a_reader_on_postgresql(serve, visit, database, tmp_path):  # noqa: F811
    library = filled(database)
    users = tmp_path / "users"
    users.write_text(USERS)
    editors = ("--editor", "ann", "--editor", "bob")
    server = serve("--model", "offline", "--library", database, "--learn", "--auth", users, *editors)
    ann, bob, carl = (visit(server.url, line.split(":")) for line in USERS.split())
    for one in (ann, bob):
        one.turn()
        one.open("I2")
        one.tab("Edit")
    ann.write_into("edit-condition", "At least a share of a sum must be reached.")
    ann.page.locator("#edit-save").click()
    ann.hint("I2 is saved as version 3")
    bob.write_into("edit-explanation", "Multiply the share out.")
    bob.page.locator("#edit-save").click()
    told = bob.hint("Not saved: ann has changed “When it applies” meanwhile (version 3)")
    assert "save again" in told
    bob.shot("library_overtaken")
    assert library.get(2).version == 3
    assert bob.read("edit-condition") == "At least a share of a sum must be reached."
    assert bob.read("edit-explanation") == "Multiply the share out."
    bob.page.locator("#edit-save").click()
    bob.hint("I2 is saved as version 4")
    ann.tab("Insight")
    ann.page.locator("#approve").click()
    ann.hint("I2 has version 4 by now, not 3; look at it again")
    ann.page.locator("#insight", has_text="Multiply the share out.").wait_for()
    assert library.get(2).status is Status.CANDIDATE
    ann.page.locator("#approve").click()
    ann.hint("I2 is admitted, version 5")
    now = library.get(2).content
    assert (now.condition, now.explanation) == ("At least a share of a sum must be reached.", "Multiply the share out.")
    assert [change.actor for change, _ in library.history(2)][2:] == ["ann", "bob", "ann"]
    carl.turn()
    carl.listed("I2", "I1")
    carl.open("I2")
    assert not carl.page.get_by_role("tab", name="History", exact=True).is_visible()
    assert not carl.page.locator("#approve").is_visible()
    assert "carl is no editor" in carl.text("library-rights")
    assert faults(library) == []
    library.close()


def ask(visitor):
    visitor.say(MIX)
    visitor.hears("Best possible value: 95")
    visitor.page.locator("#experience", has_text="I1").wait_for()


def thumb(visitor, name):
    visitor.page.locator("#chat").get_by_role("button", name=name, exact=True).last.click()


def test_what_a_user_says_of_an_answer_reaches_the_library(serve, visit, library, tmp_path):
    with StubServer(speak) as model:
        arguments = ("--base-url", model.url, "--model", "stub", "--library", tmp_path / "library.db", "--learn")
        visitor = visit(serve(*arguments).url)
        ask(visitor)
        assert "followed" in visitor.text("experience")
        assert WHOLE.condition in visitor.text("experience")
        visitor.shot("library_answer")
        thumb(visitor, "Like")
        visitor.page.locator("#teach-note", has_text="noted for I1, as a help").wait_for()
        task = library.get(1).uses[Use.POSITIVE]
        assert len(task) == 3
        visitor.page.reload()
        visitor.ready()
        visitor.page.locator("#chat").get_by_role("button", name="Liked", exact=True).wait_for()
        thumb(visitor, "Dislike")
        visitor.page.locator("#teach-note", has_text="rated already").wait_for()
        visitor.page.locator("#teach button", has_text="Is something wrong").click()
        visitor.page.get_by_label("What is wrong, and how it should be").fill(WRONG)
        visitor.shot("library_teach")
        visitor.page.locator("#teach-send").click()
        visitor.page.locator("#teach-note", has_text="kept in general terms as I6 (candidate)").wait_for()
        asked = model.requests[-1]["messages"]
        assert "You teach modellers" in asked[0]["content"]
        assert WRONG in asked[1]["content"]
        made, draft = library.get(6), library.get(5)
        assert (made.status, made.content.condition) == (Status.CANDIDATE, LESSON["condition"])
        assert (made.provenance.model, made.provenance.run, made.parents) == ("stub", "correction", (5,))
        assert (draft.status, draft.content.explanation) == (Status.RETIRED, WRONG)
        visitor.turn()
        visitor.open("I6")
        visitor.shot("library_candidate")
        assert not visitor.troubles


def test_a_thumb_down_is_no_help_and_asks_what_was_wrong(serve, visit, library, tmp_path):
    with StubServer(speak) as model:
        arguments = ("--base-url", model.url, "--model", "stub", "--library", tmp_path / "library.db", "--learn")
        visitor = visit(serve(*arguments).url)
        ask(visitor)
        thumb(visitor, "Dislike")
        visitor.page.locator("#teach-note", has_text="as no help").wait_for()
        assert visitor.page.get_by_label("What is wrong, and how it should be").is_visible()
        assert library.get(1).count(Use.INVALID) == 1
        (kept,) = library.find(status=Status.CANDIDATE)[-1:]
        assert (kept.content.first, kept.provenance.run) == ("unedited feedback", "thumbs down")
        assert len(library.find()) == 5


def test_without_learn_nothing_is_kept(serve, visit, library, tmp_path):
    with StubServer(speak) as model:
        arguments = ("--base-url", model.url, "--model", "stub", "--library", tmp_path / "library.db")
        visitor = visit(serve(*arguments).url)
        before = library.mark(), library.find()
        ask(visitor)
        assert visitor.page.locator("#chat").get_by_role("button", name="Like", exact=True).count() == 0
        assert not visitor.page.locator("#teach").is_visible()
        assert (library.mark(), library.find()) == before


def test_what_was_changed_by_hand_is_kept_without_a_model(serve, visit, tmp_path):
    visitor = visit(serve("--model", "offline", "--library", tmp_path / "new.db", "--learn").url)
    visitor.say(MIX)
    visitor.hears("Best possible value: 95")
    visitor.tab("Model")
    visitor.write("40", "44")
    visitor.hears("103")
    visitor.page.locator("#teach button", has_text="Is something wrong").click()
    visitor.page.locator("#teach-changes", has_text="44").wait_for()
    visitor.page.locator("#teach-send").click()
    visitor.page.locator("#teach-note", has_text="kept in your own words as I1 (candidate), for an editor").wait_for()
    visitor.turn()
    visitor.open("I1")
    assert "unedited feedback" in visitor.text("insight")
    visitor.shot("library_unedited")
    visitor.page.locator("#approve").click()
    visitor.hint("I1 has its user's own words; edit it first")
    library = Library(tmp_path / "new.db")
    assert "44" in library.get(1).content.explanation
    assert library.get(1).provenance.model == "offline reader"
    library.close()


def test_a_kill_while_the_model_reads_a_correction_loses_nothing(serve, visit, library, tmp_path):
    slow = {"latency": 0.0}

    def late(messages):
        if "You teach modellers" in messages[0]["content"]:
            time.sleep(slow["latency"])
        return speak(messages)

    with StubServer(late) as model:
        arguments = ("--base-url", model.url, "--model", "stub", "--library", tmp_path / "library.db", "--learn")
        server = serve(*arguments)
        visitor = visit(server.url)
        ask(visitor)
        slow["latency"] = 30
        visitor.page.locator("#teach button", has_text="Is something wrong").click()
        visitor.page.get_by_label("What is wrong, and how it should be").fill(WRONG)
        visitor.page.locator("#teach-send").click()
        while not any("You teach modellers" in request["messages"][0]["content"] for request in model.requests):
            visitor.page.wait_for_timeout(100)
        server.kill()
        visitor.page.goto("about:blank")  # the page itself would load anew once the server is back
        slow["latency"] = 0
        server.start()
        visitor.arrive()
        visitor.page.locator("#experience", has_text="I1").wait_for()
        visitor.turn()
        visitor.open("I5")
        assert WRONG in visitor.text("insight")
        assert "candidate, version 1" in visitor.text("insight")
        assert faults(library) == []
