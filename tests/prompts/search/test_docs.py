"""What docs/prompts.md says of the interface is so."""

from pathlib import Path

from optwright.llm import ScriptedChat
from optwright.prompts.parse import fences

PAGE = (Path(__file__).parents[3] / "docs" / "prompts.md").read_text(encoding="utf-8")


def test_the_example_of_the_interface_runs(tmp_path, monkeypatch):
    (source,) = [block.body for block in fences(PAGE) if "optimize(" in block.body]
    count = iter(range(10_000))
    scripted = ScriptedChat(lambda messages: f'<part name="system">Answer with a number, {next(count)} digits.</part>')
    asked = []

    def connect(name, *, base_url):
        asked.append((name, base_url))
        return scripted

    tried = {"try_on_my_items": lambda text: {f"item {k}": str(k) in text for k in range(1, 5)}}
    given = {**tried, "OpenAIChat": connect}
    monkeypatch.chdir(tmp_path)
    exec(source.replace("from optwright.llm import OpenAIChat\n", ""), given)
    ledger = given["ledger"]
    assert asked == [("my-model", "http://127.0.0.1:8000/v1")]
    assert ledger.ended == "all 20 steps are done"
    assert ledger.best.score.mean == 0.75
    assert set(ledger.best.score.evidence.values()) == {"the unit was dropped"}
    assert (tmp_path / "runs" / "first" / "ledger.jsonl").exists()
    assert ledger.money > 0
