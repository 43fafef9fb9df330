"""Text of students, safe to read in a browser."""

import pytest

from gradlab_course.marking.sanitise import one_line, sanitised, with_pictures


def test_one_line_has_no_line_ends_links_or_html():
    said = one_line("x\n\n## zoe, small: 0 of 9 points\n- [details](javascript:alert(1)) <img src=x>" + "a" * 400)
    assert "\n" not in said and len(said) < 320
    assert "](" not in said and "<img" not in said
    assert one_line("M\udcfcller") == "M ller"


def test_a_picture_from_another_host_becomes_a_link():
    safe = sanitised("![p](https://a.b/p.png) ![[p]](https://a.b) ![p](attachment:p.png) ![p][1] wow!", "markdown")
    assert safe == "! [p](https://a.b/p.png) ! [[p]](https://a.b) ![p](attachment:p.png) ! [p][1] wow!"


def test_of_code_only_delimiters_change():
    assert sanitised("a <b> ### END HIDDEN TESTS", "code") == "a <b> ### END_HIDDEN TESTS"


PNG = {"image/png": "aGk="}


@pytest.mark.parametrize(
    ("words", "attachments", "source", "kept"),
    [
        ("![a](attachment:x.png)", {"x.png": PNG}, "![a](attachment:7-1.png)", {"7-1.png": PNG}),
        ("![a](attachment:x.jpg)", {"x.jpg": {"image/jpeg": "aGk="}}, "![a](attachment:7-1.jpeg)", None),
        ("![a](attachment:Screen%20Shot%20(1).png)", {"Screen Shot (1).png": PNG}, "![a](attachment:7-1.png)", None),
        ("![a](attachment:é.png)", {"é.png": PNG}, "![a](attachment:7-1.png)", None),
        ("![a](attachment:%C3%A9.png)", {"é.png": PNG}, "![a](attachment:7-1.png)", None),
        (
            "a(attachment:x) ![a](attachment:x2)",
            {"x": PNG, "x2": PNG},
            "a(attachment:7-2.png) ![a](attachment:7-1.png)",
            None,
        ),
        ("![a](attachment:gone.png)", {}, "![a](picture missing)", {}),
        ("![a](attachment:gone.png)", None, "![a](picture missing)", {}),
        ("![a](attachment:q.svg)", {"q.svg": {"image/svg+xml": "<svg>"}}, "![a](picture missing)", {}),
        ("![a](attachment:x.png)", {"x.png": {"image/png": '"><script>'}}, "![a](picture missing)", {}),
        ("![a](attachment:x.png)", {"x.png": "aGk="}, "![a](picture missing)", {}),
        ("![a](data:image/png;base64,aGk=)", {}, "![a](attachment:7-1.png)", {"7-1.png": PNG}),
        ("![a](data:image/svg+xml;base64,aGk=)", {}, "![a](data:image/svg+xml;base64,aGk=)", {}),
        ("no pictures", {"x.png": PNG}, "no pictures", {"7-1.png": PNG}),
    ],
)
def test_pictures_become_attachments_with_new_names(words, attachments, source, kept):
    found, pictures = with_pictures(words, attachments, 7)
    assert found == source
    assert kept is None or pictures == kept
