"""Reading attached tables: what is read, and the one line that each kind of bad file gets."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from optwright.errors import InputError
from optwright.tables import TableLimits, load_all, load_tables


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_numbers_text_and_empty_cells(tmp_path):
    (table,) = load_tables(
        write(tmp_path / "my plants.csv", "plant,supply,code,note\nPune,120,007,\nLyon,-4.5e1,1,x y\n")
    )
    assert table.name == "my_plants"
    assert table.columns == ("plant", "supply", "code", "note")
    assert table.rows == (("Pune", 120, "007", None), ("Lyon", -45.0, 1, "x y"))


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n", "\ufeffa,b\r\n1,2\r\n", "a,b\n1,2\n\n,\n"]
)
def test_delimiters_and_line_ends(tmp_path, text):
    (table,) = load_tables(write(tmp_path / "t.csv", text))
    assert (table.columns, table.rows) == (("a", "b"), ((1, 2),))


def test_utf16_with_a_mark(tmp_path):
    (table,) = load_tables(write(tmp_path / "t.csv", "a,b\nü,2\n".encode("utf-16")))
    assert table.rows == (("ü", 2),)


def test_text_that_only_looks_like_a_number_stays_text(tmp_path):
    (table,) = load_tables(write(tmp_path / "t.csv", 'a\n"1,200"\nnan\ninf\n0x10\n1_000\n=1+1\n1e999\n'))
    assert [row[0] for row in table.rows] == ["1,200", "nan", "inf", "0x10", "1_000", "=1+1", "1e999"]


def test_workbook_gives_a_table_a_sheet(tmp_path):
    path = workbook(
        tmp_path / "data.xlsx", {"plants": [["plant", "supply"], ["Pune", 120.0]], "empty": [], "x y": [["a"], [1.5]]}
    )
    assert [(t.name, t.rows) for t in load_tables(path)] == [("plants", (("Pune", 120),)), ("x_y", ((1.5,),))]


def test_formulas_are_not_evaluated(tmp_path):
    (table,) = load_tables(workbook(tmp_path / "f.xlsx", {"s": [["a", "b"], ["x", "=1+1"]]}))
    assert table.rows == (("x", None),)


BAD = {
    "missing.csv": (None, "there is no such file"),
    "empty.csv": ("", "the file is empty"),
    "blank.csv": ("\n\n", "no cell is filled"),
    "header.csv": ("a,b\n", "no rows"),
    "ragged.csv": ("a,b\n1,2\n1,2,3\n", "row 3: 3 cells, but there are 2 column names"),
    "twice.csv": ("a,a\n1,2\n", "two columns are called 'a'"),
    "nameless.csv": ("a,,c\n1,2,3\n", "column 2 has no name"),
    "latin.csv": ("a,b\nZ\xfcrich,1\n".encode("latin-1"), "line 2: byte 0xfc is not UTF-8"),
    "binary.csv": (b"a,b\n\0\0,1\n", "null characters"),
    "quote.csv": ('a,b\n"x,1\n', "line 2"),
    "cell.csv": ("a\n" + "x" * 40_000 + "\n", "field larger"),
    "old.xls": ("whatever", ".csv, .tsv and .xlsx"),
    "fake.xlsx": ("not a zip", "is not an .xlsx workbook"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_get_one_line(tmp_path, name):
    content, message = BAD[name]
    path = tmp_path / name
    if content is not None:
        write(path, content)
    with pytest.raises(InputError) as caught:
        load_tables(path)
    assert message in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many_rows(tmp_path):
    path = write(tmp_path / "long.csv", "a\n" + "1\n" * 1001)
    with pytest.raises(InputError, match="more than 1,000 rows"):
        load_tables(path, limits=TableLimits(rows=1000))


def test_ten_million_rows_are_refused_by_the_default_limits(tmp_path):
    path = write(tmp_path / "huge.csv", "a,b\n" + "1,2\n" * 10_000_000)
    with pytest.raises(InputError, match="more than 1,000,000 rows"):
        load_tables(path)


def test_file_size(tmp_path):
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(InputError, match="200 MiB, more than the 64 allowed"):
        load_tables(path)


def test_zip_bomb(tmp_path):
    path = workbook(tmp_path / "bomb.xlsx", {"s": [["a"], [1]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/pad.xml", "w") as pad:
        for _ in range(600):
            pad.write(b" " * 2**20)
    with pytest.raises(InputError, match="zip bomb"):
        load_tables(path)


def test_entity_bomb(tmp_path):
    source = workbook(tmp_path / "plain.xlsx", {"s": [["a"], ["x"]]})
    entities = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    path = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                sheet = text.decode().replace("<v>0</v>", "<v>&e9;</v>")
                text = f"<!DOCTYPE worksheet [{entities}]>{sheet[sheet.find('<worksheet') :]}".encode()
            new.writestr(entry, text)
    with pytest.raises(InputError, match=r"entities\.xlsx"):
        load_tables(path)


def test_truncated_workbook(tmp_path):
    path = workbook(tmp_path / "cut.xlsx", {"s": [["a"], [1]]})
    write(path, path.read_bytes()[:-200])
    with pytest.raises(InputError, match="is not an"):
        load_tables(path)


def test_two_tables_of_one_name(tmp_path):
    (tmp_path / "x").mkdir()
    paths = [write(tmp_path / "t.csv", "a\n1\n"), write(tmp_path / "x" / "t.csv", "a\n2\n")]
    with pytest.raises(InputError, match="rename one"):
        load_all(paths)
    assert [t.name for t in load_all([*paths[:1], write(tmp_path / "u.csv", "a\n1\n")])] == ["t", "u"]


def test_zip_without_a_workbook(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InputError, match="not a readable"):
        load_tables(write(tmp_path / "z.xlsx", buffer.getvalue()))
