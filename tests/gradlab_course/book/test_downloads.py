"""Buttons and downloads; tests/site presses them."""

import re
from types import SimpleNamespace

import pytest

from gradlab_course.book.downloads import JUPYTER_BOOK, add_buttons, forget_default, repository


def configured(**options):
    """Make Sphinx's configuration with these options of the theme, as it is once the extension has seen it."""
    config = SimpleNamespace(html_theme_options={"launch_buttons": {"colab_url": "https://host"}, **options})
    forget_default(None, config)
    return config


def test_the_repository_is_that_of_the_settings():
    config = configured(repository_url="https://host/me/book", repository_branch="v1.0")
    assert repository(config) == ("https://host/me/book", "v1.0")
    assert config.html_theme_options["launch_buttons"]


@pytest.mark.parametrize("address", [JUPYTER_BOOK, ""])
def test_without_one_there_is_none_and_no_button(address):
    config = configured(repository_url=address, repository_branch="master")
    assert repository(config) == ("", "main")
    assert config.html_theme_options == {}


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("chapters/01_small", ["Open in Colab", "Open in Binder", "Download the notebook"]),
        (
            "chapters/exercises/small/small",
            ["Open in Colab", "Open in Binder", "Download the notebook", "All exercises (zip)"],
        ),
        ("chapters/solutions/small/small", ["Download the notebook"]),
    ],
)
def test_a_page_that_the_public_repository_lacks_is_opened_nowhere(page, labels):
    launch = {
        "label": "launch-buttons",
        "buttons": [{"text": place, "url": f"https://host/{place}"} for place in ("Binder", "Colab")],
    }
    context = {
        "body": "<h1>Small</h1>",
        "page_source_suffix": ".ipynb",
        "sourcename": f"{page}.ipynb",
        "pathto": lambda name, resource: name,
        "header_buttons": [launch, {"label": "download-buttons", "buttons": []}],
    }
    add_buttons(None, page, "page.html", context, object())
    assert re.findall(">([^<>]+)</a>", context["body"]) == labels
    assert [group["label"] for group in context["header_buttons"]] == ["download-buttons"]


def test_jupyter_book_still_has_that_default():
    """Or a book without an address would name another repository."""
    from jupyter_book.config import get_final_config

    settings, _ = get_final_config(user_yaml={}, cli_config={"latex_individualpages": False}, validate=False)
    assert settings["html_theme_options"]["repository_url"] == JUPYTER_BOOK
