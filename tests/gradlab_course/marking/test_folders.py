"""The folders of a class: whose they are, and which are told to be ignored."""

from gradlab_course.marking.folders import submission_folders


def test_a_folder_whose_name_cannot_be_used_is_told_and_a_systems_own_is_not(tmp_path):
    for name in (
        "ada",
        "Max!",
        "anna+tom@x.org",
        "a[b]",
        "sp ace ",
        ".hidden",
        ".git",
        "__MACOSX",
        ".ipynb_checkpoints",
    ):
        (tmp_path / name).mkdir()
        if name != ".git":
            (tmp_path / name / "01_small.ipynb").touch()
    (tmp_path / ".DS_Store").touch()
    found, ignored = submission_folders(tmp_path)
    assert list(found) == ["ada"]
    assert ignored == [".hidden", "Max!", "a[b]", "anna+tom@x.org", "sp ace "]
