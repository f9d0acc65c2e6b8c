"""The handlers of the library page and of feedback, asked directly: what a client may send, and who is refused."""

import asyncio
from html import unescape
from types import SimpleNamespace

import pytest

gr = pytest.importorskip("gradio")

from optwright.experience.catalogue import Filter, page  # noqa: E402
from optwright.experience.insight import Content, Stage, Status  # noqa: E402
from optwright.experience.library import Library  # noqa: E402
from optwright.web import bookshelf  # noqa: E402
from optwright.web.insights import values  # noqa: E402
from optwright.web.librarian import Librarian  # noqa: E402
from optwright.web.rights import Rights  # noqa: E402

WHOLE = Content(Stage.FORMULATION, "Variables", "", "Things are counted.", "Make them whole.", "x")
DRAFT = Content(Stage.FORMULATION, "unedited feedback", "", "Problems like: my secret plan.", "No!", "")
NAMED = Rights(learn=True, named=True, editors=frozenset({"ann"}))


def request(user="ann"):
    return SimpleNamespace(username=user, client=SimpleNamespace(host="10.0.0.7"), headers={"host": "optwright"})


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path / "library.db", actor="a run")
    opened.add(WHOLE, status=Status.ADMITTED)
    opened.add(DRAFT)
    yield opened
    opened.close()


@pytest.fixture
def shelf():
    with gr.Blocks():
        return bookshelf.lay_out(gr.Button("Library"))


@pytest.fixture
def librarian(library, shelf):
    return Librarian(library, NAMED, shelf)


def tell(librarian, handler, *given, user="ann"):
    """Call a handler; return what it changes by the name of the part, and the note."""
    changed = asyncio.run(handler(*given, request(user)))
    return changed, unescape(str(changed.get(librarian.shelf.note, "")))


def save(librarian, base, content, user="ann"):
    changed = asyncio.run(librarian.save(request(user), base, "why", *values(content)))
    return changed, unescape(str(changed[librarian.shelf.note]))


def names(librarian, changed):
    return [value for _, value in changed[librarian.shelf.listed].choices]


def test_others_than_editors_see_what_is_admitted_and_nothing_else(librarian):
    for user, expected in (("ann", ["I2", "I1"]), ("carl", ["I1"])):
        changed, _ = tell(librarian, librarian.look, "", "", "", "", user=user)
        assert names(librarian, changed) == expected
    changed, _ = tell(librarian, librarian.look, "I2", "candidate", "", "", user="carl")
    assert names(librarian, changed) == []
    changed, note = tell(librarian, librarian.show, "I2", user="carl")
    assert "I2 is not admitted" in note
    assert librarian.shelf.headline not in changed
    changed, _ = tell(librarian, librarian.look, "", "", "", "", user="carl")
    assert "unedited" not in str(changed[librarian.shelf.label].choices)
    _, note = tell(librarian, librarian.compare, "I1, version 1", 1, 1, user="carl")
    assert "shown to editors" in note


def test_others_than_editors_change_nothing_whatever_they_send(librarian, library):
    before = library.mark()
    assert "carl is no editor" in save(librarian, "I1, version 1", DRAFT, user="carl")[1]
    for status in Status:
        assert "carl is no editor" in tell(librarian, librarian.settle(status), "I1, version 1", "", user="carl")[1]
    assert library.mark() == before


def test_without_learn_an_editor_changes_nothing(library, shelf):
    librarian = Librarian(library, Rights(named=True, editors=frozenset({"ann"})), shelf)
    assert "started without --learn" in save(librarian, "I1, version 1", DRAFT)[1]


def test_what_has_its_users_own_words_is_not_admitted(librarian, library):
    assert "edit it first" in tell(librarian, librarian.settle(Status.ADMITTED), "I2, version 1", "")[1]
    edited = Content(Stage.FORMULATION, "Variables", "Wholes", "Buns are sold.", "Make them whole numbers.")
    assert "I2 is saved as version 2" in save(librarian, "I2, version 1", edited)[1]
    assert "I2 is admitted, version 3" in tell(librarian, librarian.settle(Status.ADMITTED), "I2, version 2", "fine")[1]
    assert [change.actor for change, _ in library.history(2)] == ["a run", "ann", "ann"]


def test_what_another_has_changed_is_not_overwritten(librarian, library):
    library.by("bob").edit(1, Content(Stage.FORMULATION, "Variables", "", "Things are sold.", "Make them whole.", "x"))
    mine = Content(Stage.FORMULATION, "Variables", "", "Things are counted.", "Use Integers.", "y")
    changed, note = save(librarian, "I1, version 1", mine)
    assert "Not saved: bob has changed" in note
    assert library.get(1).version == 2
    assert changed[librarian.shelf.base] == "I1, version 2"
    form = [changed[part] for part in librarian.shelf.form]
    assert form[3:] == ["Things are sold.", "Use Integers.", "y"]
    clashing = Content(Stage.FORMULATION, "Variables", "", "Things are countable.", "Use Integers.", "y")
    assert "you both changed" in save(librarian, "I1, version 1", clashing)[1]
    assert "by now, not 1" in tell(librarian, librarian.settle(Status.RETIRED), "I1, version 1", "")[1]
    assert library.get(1).status is Status.ADMITTED


@pytest.mark.parametrize(
    "base", ["", None, 7, "I1", "I9999999999, version 1", "I99, version 1", "I1, version 99", ["I1"]]
)
def test_what_is_no_insight_is_one_line(librarian, base):
    for _, note in (save(librarian, base, DRAFT), tell(librarian, librarian.settle(Status.RETIRED), base, "")):
        assert note
        assert "Traceback" not in note
        assert "\n" not in note


@pytest.mark.parametrize("odd", [None, 5, ["x"], {"a": 1}, "x" * 50_000, "'; DROP TABLE insight; --", "\x00\ud800"])
def test_odd_filters_find_nothing_and_break_nothing(librarian, library, odd):
    for given in ((odd, "", "", ""), ("", odd, "", ""), ("", "", odd, ""), ("", "", "", odd), (odd, odd, odd, odd)):
        changed, _ = tell(librarian, librarian.look, *given)
        assert librarian.shelf.listed in changed
    tell(librarian, librarian.leaf(1), "", "", "", "", odd)
    tell(librarian, librarian.show, odd)
    tell(librarian, librarian.enter, odd, "", "", "", "", odd)
    assert page(library, Filter()).count == 2


def test_signs_that_a_database_refuses_are_saved_without_them(librarian, library):
    odd = Content(Stage.CODE, "Syn\x00tax", "", "When \ud800.", "Then\x00.", "")
    assert "is saved as version 2" in save(librarian, "I1, version 1", odd)[1]
    assert library.get(1).content.condition == "When ?."


def test_a_library_that_cannot_be_read_is_one_line(tmp_path, shelf):
    library = Library(tmp_path / "library.db")
    for path in tmp_path.glob("library.db*"):
        path.write_bytes(b"no database at all" * 500)
    library.close()
    changed, note = tell(Librarian(library, NAMED, shelf), Librarian(library, NAMED, shelf).look, "", "", "", "")
    assert "library.db" in note
    assert "Traceback" not in note
    assert shelf.listed not in changed


def test_without_a_library_the_page_says_so(shelf):
    librarian = Librarian(None, Rights(), shelf)
    changed, _ = tell(librarian, librarian.enter, "-", "", "", "", "", 0)
    assert changed[shelf.none].visible
    assert not changed[shelf.body].visible
    assert "no library is configured" in tell(librarian, librarian.look, "", "", "", "")[1]


def test_many_labels_are_chosen_from_by_their_first_level(librarian, library):
    for number in range(500):
        library.add(Content(Stage.CODE, f"Label {number % 5}", f"Finer {number}", f"Case {number}.", f"Do {number}."))
    finer = "code / Label 2 / Finer 7"
    for chosen, count in (("", 8), (finer, 9)):
        changed, _ = tell(librarian, librarian.look, "", "", "", chosen)
        choices = [value for _, value in changed[librarian.shelf.label].choices]
        assert len(choices) == count
        assert changed[librarian.shelf.label].value in choices
    assert len(names(librarian, changed)) == 1
