"""The app as an analyst meets it: a real server, a real browser, real solvers; only the language model is scripted."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.stub_server import StubServer

pytest.importorskip("gradio")
sync_api = pytest.importorskip("playwright.sync_api")

from tests.e2e.app_server import CHROMIUM, QUIET, ROOT, AppServer, Visitor  # noqa: E402

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("OPTWRIGHT_SCREENSHOTS")
RATES = ROOT / "examples" / "rates"
MIX_BEST, RATES_BEST = "4410", "1160"
TIGHT = (
    "A baker makes loaves and buns. Each loaf takes 2 hours and earns a profit of $5. Each bun takes 1 hour and earns "
    "a profit of $2. There are 40 hours available. At least 30 loaves must be made. How many of each maximize profit?"
)


@pytest.fixture(scope="module")
def browser():
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_api.sync_playwright() as player:
        opened = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    server = AppServer(tmp_path_factory.mktemp("offline"), "--model", "offline")
    yield server
    server.close()


@pytest.fixture
def visitor(browser, offline):
    one = Visitor(browser, offline.url, SHOTS).arrive()
    yield one
    one.close()


def solve_example(visitor):
    visitor.page.get_by_role("button", name="Example: Product mix").click()
    visitor.hears("Best possible value")


def reply(formulation):
    return f"Briefly.\n```json\n{json.dumps(formulation)}\n```"


def scripted(formulation, *questions):
    """Return what a model says: questions when it may ask, then the formulation."""

    def speak(messages):
        if '"questions"' in messages[0]["content"]:
            asked = [{"text": text, "why": "it decides the answer", "assumption": to} for text, to in questions]
            return json.dumps({"analysis": "read", "questions": asked})
        return reply(formulation)

    return speak


def test_a_first_visit(visitor, offline):
    page = visitor.page
    assert page.title() == "Optwright"
    assert "offline reader" in visitor.text("who")
    assert "Nothing leaves this machine" in visitor.text("who")
    assert page.get_by_label("Your message").is_visible()
    assert page.get_by_role("button", name="Stop").is_disabled()
    visitor.shot("first_visit")
    for name in ("Model", "Checks", "Program", "Versions", "Tables", "Export", "Answer"):
        visitor.tab(name)
    assert visitor.hosts == {offline.url.split("/")[2]}
    assert not visitor.troubles


NAMELESS = """() => [...document.querySelectorAll('button, input, textarea, a[href], [role=tab]')].filter(one => {
  const box = one.getBoundingClientRect();
  const labels = [...(one.labels ?? [])].map(label => label.innerText).join('');
  return box.width && box.height && !(one.getAttribute('aria-label') || one.innerText || labels || one.title);
}).map(one => one.outerHTML.slice(0, 120))"""


def test_every_control_has_a_name_and_nothing_is_cut_off(visitor):
    solve_example(visitor)
    for width in (1400, 390):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        for name in ("Model", "Answer"):
            visitor.tab(name)
            visitor.page.wait_for_timeout(300)
            assert visitor.page.evaluate(NAMELESS) == []
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.page.evaluate("document.documentElement.lang") == "en"
    visitor.shot("narrow")


def test_an_example_to_its_answer(visitor, offline):
    solve_example(visitor)
    assert MIX_BEST in visitor.text("headline")
    assert "desks" in visitor.text("grid")
    visitor.page.locator("#plot .js-plotly-plot .bars").first.wait_for()
    visitor.shot("answer")
    visitor.tab("Model")
    visitor.page.locator("#elements .katex").nth(4).wait_for()
    assert "At least 12 chairs must be made" in visitor.text("elements")
    visitor.shot("model")
    visitor.tab("Checks")
    assert "re-checked against the formulation" in visitor.text("checks")
    assert "Every number of the problem is used" in visitor.text("checks")
    visitor.shot("checks")
    visitor.tab("Program")
    visitor.page.get_by_text("import pyomo.environ as pyo").wait_for()
    visitor.shot("program")
    assert visitor.hosts == {offline.url.split("/")[2]}
    assert not visitor.troubles


def test_a_what_if_and_the_versions(visitor):
    solve_example(visitor)
    visitor.say("What if there were 300 hours of carpentry?")
    visitor.hears("5290")
    assert "5290" in visitor.text("headline")
    visitor.shot("what_if")
    visitor.tab("Versions")
    assert "a what-if" in visitor.text("versions")
    visitor.page.locator("#difference", has_text="<= 300").wait_for()
    visitor.shot("versions")
    visitor.tab("Answer")
    visitor.say("keep it")
    visitor.hears("version 2")
    visitor.say("undo")
    visitor.hears("version 1")
    visitor.page.locator("#headline", has_text=MIX_BEST).wait_for()


def test_an_infeasible_problem_is_explained_and_relaxed(visitor):
    visitor.say(TIGHT)
    visitor.hears("No solution meets all requirements")
    assert "At least 30 loaves must be made" in visitor.text("headline")
    visitor.shot("infeasible")
    visitor.say("relax it")
    visitor.hears("Best possible value")
    visitor.page.locator("#headline", has_text="Best possible value").wait_for()
    visitor.shot("relaxed")


def test_an_edited_cell_is_solved_again(visitor):
    solve_example(visitor)
    visitor.tab("Model")
    visitor.write("hour_carpentry", "300")
    visitor.hears("5290")
    visitor.page.locator("#elements", has_text="300").wait_for()
    visitor.shot("edited")
    visitor.tab("Answer")
    assert "5290" in visitor.text("headline")


def test_a_cell_that_is_no_number_changes_nothing(visitor):
    solve_example(visitor)
    visitor.tab("Model")
    visitor.write("hour_painting", "=1+1")
    visitor.page.locator("#cells-note", has_text="is not a number").wait_for()
    visitor.tab("Answer")
    assert MIX_BEST in visitor.text("headline")


def test_a_reload_finds_the_conversation(visitor):
    solve_example(visitor)
    visitor.page.reload()
    visitor.heard = 0
    visitor.hears("Best possible value")
    visitor.page.locator("#headline", has_text=MIX_BEST).wait_for()
    visitor.shot("reloaded")
    visitor.page.get_by_role("button", name="New conversation").click()
    visitor.page.locator("#headline", has_text="Nothing is solved yet").wait_for()
    assert visitor.page.get_by_role("button", name="Example: Product mix").is_visible()


def test_another_browser_sees_nothing_of_it(visitor, browser, offline):
    solve_example(visitor)
    other = Visitor(browser, offline.url, None).arrive()
    try:
        assert "Nothing is solved yet" in other.text("headline")
        assert "joinery" not in other.text("chat")
    finally:
        other.close()


def test_dark_is_remembered(visitor):
    visitor.page.get_by_role("button", name="Dark or light").click()
    dark = "document.body.classList.contains('dark')"
    assert visitor.page.evaluate(dark)
    visitor.page.reload()
    visitor.ready()
    assert visitor.page.evaluate(dark)
    solve_example(visitor)
    visitor.shot("dark")


def test_exports_open_and_give_the_same_answer(visitor, tmp_path):
    solve_example(visitor)
    files = {form: visitor.fetch(form, tmp_path) for form in ("py", "ipynb", "json", "lp", "mps", "csv", "html")}
    visitor.shot("export")
    run = subprocess.run([sys.executable, files["py"]], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert "objective = 4410" in run.stdout
    command = [sys.executable, "-m", "optwright", "solve", files["json"], "--json"]
    again = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment())
    assert json.loads(again.stdout.splitlines()[-1])["objective"] == pytest.approx(4410)
    for form in ("lp", "mps"):
        assert solved_by_highs(files[form]) == pytest.approx(4410)
    cells = json.loads(files["ipynb"].read_text())["cells"]
    program = "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code"))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert "objective = 4410" in run.stdout
    assert "desks" in files["csv"].read_text()
    opens_by_itself(visitor, files["html"])


def test_a_file_asked_for_in_words_is_handed_over(visitor, tmp_path):
    solve_example(visitor)
    visitor.say("export it as lp")
    visitor.page.locator("#export-note", has_text="problem_v1.lp is ready").wait_for()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Fetch problem_v1.lp").click()
    download.value.save_as(tmp_path / "model.lp")
    assert solved_by_highs(tmp_path / "model.lp") == pytest.approx(4410)


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def solved_by_highs(path):
    import highspy

    solver = highspy.Highs()
    solver.silent()
    solver.readModel(str(path))
    solver.run()
    return abs(solver.getInfo().objective_function_value)


def opens_by_itself(visitor, path):
    """The report draws its plots and mathematics and asks for nothing."""
    asked = []
    page = visitor.context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator(".js-plotly-plot .bars").first.wait_for()
    assert page.locator("math").count() >= 5
    assert "4410" in page.inner_text("body")
    assert asked == [path.as_uri()]
    page.close()


def test_a_table_is_uploaded_and_bound(browser, tmp_path):
    formulation = json.loads((RATES / "formulation.json").read_text())
    with StubServer(scripted(formulation)) as model:
        server = AppServer(tmp_path, "--base-url", model.url, "--model", "stub")
        try:
            visitor = Visitor(browser, server.url, SHOTS).arrive()
            assert "on this machine" in visitor.text("who")
            visitor.attach(*sorted(RATES.glob("*.csv")))
            visitor.page.locator("#tables-note", has_text="3 attached").wait_for()
            assert "whole numbers" in visitor.text("columns")
            visitor.shot("tables")
            visitor.say("Ship from the plants to the cities at the least cost; the tables have the data.")
            visitor.hears("Best possible value")
            assert RATES_BEST in re.sub(r"[^\d.]", "", visitor.text("headline"))
            visitor.shot("network")
            visitor.tab("Tables")
            assert "set PLANTS" in visitor.text("columns")
            assert "parameter rate" in visitor.text("columns")
            visitor.shot("bound")
            path = visitor.fetch("json", tmp_path)
            command = [sys.executable, "-m", "optwright", "solve", path, "--json"]
            again = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment())
            assert json.loads(again.stdout.splitlines()[-1])["objective"] == pytest.approx(1160)
            assert not visitor.troubles
            visitor.close()
        finally:
            server.close()


def test_a_clarifying_question_is_answered(browser, tmp_path):
    mix = {
        "variables": [{"name": "loaves", "domain": "NonNegativeIntegers"}],
        "parameters": [{"name": "hours", "value": 40}],
        "objective": {"sense": "maximize", "expression": "5*loaves"},
        "constraints": [{"name": "time", "expression": "2*loaves <= hours"}],
    }
    question = ("How many hours are there in a week?", "There are 40 hours in a week.")
    with StubServer(scripted(mix, question)) as model:
        server = AppServer(tmp_path, "--base-url", model.url, "--model", "stub")
        try:
            visitor = Visitor(browser, server.url, SHOTS).arrive()
            visitor.say("A baker makes loaves, 2 hours and $5 of profit each. How many maximise the weekly profit?")
            visitor.hears("How many hours are there in a week?")
            visitor.shot("question")
            visitor.say("There are 40 hours.")
            visitor.hears("Best possible value: 100")
            assert "There are 40 hours" in model.requests[-1]["messages"][-1]["content"]
            visitor.shot("answered")
            visitor.close()
        finally:
            server.close()
