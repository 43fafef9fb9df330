"""Class lists: separators, and whose row it is, whatever a system made of the name."""

import unicodedata

import pytest

from gradlab_course.marking.rosters import people, read_roster, require_match


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_columns_may_be_separated_by_commas_semicolons_or_tabs(tmp_path, between):
    path = tmp_path / "class.csv"
    path.write_text(between.join(["ID", '"Family, given; both"']) + "\n" + between.join(["7", '"Bé, Ann"']) + "\n")
    assert read_roster(path) == [{"ID": "7", "Family, given; both": "Bé, Ann"}]


def of(entries, *folders):
    """The folder of each entry of a roster with one column, and those of rows at the end."""
    return [student for student, _ in people([{"name": entry} for entry in entries], folders)]


@pytest.mark.parametrize(
    ("entry", "folder"),
    [
        ("Müller", unicodedata.normalize("NFD", "Müller")),  # as macOS writes and zips it
        (unicodedata.normalize("NFD", "Müller"), "Müller"),
        (" Ada  Lovelace", "Ada Lovelace"),
        ("ada lovelace", "Ada Lovelace"),
        ("Ann Bé", "Ann Bé_12_assignsubmission_file"),
        ("Participant 12", "Ann Bé_12_assignsubmission_file_"),
        ("123", "beann_123"),
    ],
)
def test_a_name_is_found_as_systems_write_it(entry, folder):
    assert of(["Grace", entry], folder, "Grace") == ["Grace", folder]


def test_the_name_as_it_is_comes_first_and_doubt_joins_nothing():
    assert of(["Ada", "ada"], "ada", "Ada") == ["Ada", "ada"]
    assert of(["Ada"], "ADA", "ada") == [None, "ADA", "ada"]
    assert of(["ADA", "ada"], "Ada") == [None, None, "Ada"]
    both = "Ann Bé_12_assignsubmission_file", "Ann Bé_13_assignsubmission_file"
    assert of(["Ann Bé"], *both) == [None, *both], "two students of one name"
    assert of(["Ann Bé", "Ann Bé"], both[0]) == [None, None, both[0]]


def test_the_column_that_finds_most_is_the_one_that_counts():
    roster = [{"ID": "7", "Name": "Ada"}, {"ID": "8", "Name": "Grace"}]
    assert people(roster, ["7", "Grace", "8"]) == [
        ("7", roster[0]),
        ("8", roster[1]),
        ("Grace", {"ID": "Grace", "Name": ""}),
    ]


def test_a_list_that_names_nobody_is_an_error():
    roster = [{"mail": "x@y.org", "number": "1"}]
    with pytest.raises(ValueError, match=r"^roster: no column names the folders, such as 'ada'; .* mail, number$"):
        require_match(roster, ["bob", "ada"])
    require_match([{"mail": "x@y.org", "number": "ADA"}], ["bob", "ada"])
    require_match((), ["ada"])
