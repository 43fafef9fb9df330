"""Buttons and downloads; tests/site presses them."""

from types import SimpleNamespace

import pytest

from gradlab_course.book.downloads import JUPYTER_BOOK, forget_default, repository


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


def test_jupyter_book_still_has_that_default():
    """Or a book without an address would name another repository."""
    from jupyter_book.config import get_final_config

    settings, _ = get_final_config(user_yaml={}, cli_config={"latex_individualpages": False}, validate=False)
    assert settings["html_theme_options"]["repository_url"] == JUPYTER_BOOK
