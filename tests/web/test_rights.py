"""Who may read and change the library: nobody more than is safe, whatever a request claims."""

from types import SimpleNamespace

import pytest

from optwright.config import load
from optwright.errors import ConfigError
from optwright.web.rights import Rights, Visitor, visitor_of
from optwright.web.serve import Serving, rights_of
from optwright.web.users import Users

HOME, AWAY = Visitor("", True), Visitor("", False)
ANN, CARL = Visitor("ann", False), Visitor("carl", True)
NAMED = Rights(learn=True, named=True, editors=frozenset({"ann"}))


def may(rights, visitor):
    return rights.reads_all(visitor), rights.teaches(visitor), rights.edits(visitor)


@pytest.mark.parametrize(
    ("rights", "visitor", "expected"),
    [
        (Rights(), HOME, (True, False, False)),
        (Rights(), AWAY, (False, False, False)),
        (Rights(learn=True), HOME, (True, True, True)),
        (Rights(learn=True), AWAY, (False, False, False)),
        (NAMED, ANN, (True, True, True)),
        (NAMED, CARL, (False, True, False)),
        (NAMED, HOME, (False, False, False)),
        (Rights(named=True), ANN, (False, False, False)),
    ],
)
def test_who_may_read_all_teach_and_edit(rights, visitor, expected):
    assert may(rights, visitor) == expected


def request(machine="127.0.0.1", user=None, **headers):
    given = {"host": "127.0.0.1:7860", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return SimpleNamespace(username=user, client=SimpleNamespace(host=machine), headers=given)


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        (request(), True),
        (request(host="localhost:7860"), True),
        (request("::1", host="[::1]:7860"), True),
        (request("10.0.0.7"), False),
        (request(host="attacker.example:7860"), False),
        (request(host=""), False),
        (request(x_forwarded_for="10.0.0.7"), False),
        (request(forwarded="for=10.0.0.7"), False),
        (request(via="1.1 proxy"), False),
        (SimpleNamespace(username=None, client=None, headers={"host": "localhost"}), False),
    ],
)
def test_only_this_machine_by_its_own_name_is_at_home(asked, home):
    assert visitor_of(asked).home is home


def test_the_journal_names_who_it_was():
    assert visitor_of(request(user="ann")).actor == "ann"
    assert visitor_of(request()).actor.endswith("in the app")


@pytest.mark.parametrize(
    ("given", "place", "line"),
    [
        ({"learn": True}, None, "--learn needs a library; give --library FILE"),
        ({"learn": True, "host": "0.0.0.0"}, "l.db", "--learn at 0.0.0.0 would let anybody write"),
        ({"learn": True, "share": True}, "l.db", "--learn through a public tunnel would let anybody write"),
        ({"learn": True, "editors": ("ann",)}, "l.db", "needs both --auth and --learn"),
        ({"editors": ("ann",), "auth": "users"}, "l.db", "needs both --auth and --learn"),
        ({"learn": True, "editors": ("eve",), "auth": "users"}, "l.db", "--editor eve: there is no such user"),
    ],
)
def test_what_would_let_anybody_write_is_refused_in_one_line(given, place, line, tmp_path):
    config = load(flags={"library.place": place}, environment={}, folder=tmp_path, user_file=tmp_path / "none").config
    users = Users({"ann": "a word"}) if "auth" in given else None
    with pytest.raises(ConfigError, match=line):
        rights_of(Serving(**given), users, config)


def test_what_is_safe_is_served(tmp_path):
    config = load(flags={"library.place": "l.db"}, environment={}, folder=tmp_path, user_file=tmp_path / "none").config
    assert rights_of(Serving(learn=True), None, config) == Rights(learn=True)
    open_ = Serving(host="0.0.0.0", learn=True, editors=("ann",))
    assert rights_of(open_, Users({"ann": "a", "bob": "b"}), config) == NAMED
