"""The figure that a cell asks for: what it may be given, what the page gets, and its first picture."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest

from gradlab import surfaces
from gradlab.descend import descend
from gradlab.playground import MOST_STEPS, block, data, made, picture, playground
from gradlab.playground.noise import noisy
from gradlab.rules import adam, momentum, sgd
from gradlab.schedules import cosine

THREE = [("sgd", {"lr": 0.001}), ("momentum", {"lr": 0.0005}), ("adam", {"lr": 0.1})]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"surface": "nowhere"}, "surface must be one of"),
        ({"surface": 3}, "surface must be one of"),
        ({"rules": []}, "rules must be a list of one to three"),
        ({"rules": ["sgd"] * 4}, "rules must be a list of one to three"),
        ({"rules": ["none"]}, "rule must be one of"),
        ({"rules": ["muon"]}, "muon is not for the surface"),
        ({"rules": [("sgd", {"beta": 0.9})]}, "sgd has no 'beta'"),
        ({"rules": [("sgd", 0.1)]}, "the hyperparameters of sgd must be a dict"),
        ({"rules": [("sgd", {"lr": -1.0})]}, "lr of sgd must be a number from"),
        ({"rules": [("sgd", {"lr": float("nan")})]}, "lr of sgd must be a number from"),
        ({"rules": [("sgd", {"schedule": "none"})]}, "schedule must be one of"),
        ({"rules": [("sgd", {"schedule": ("cosine", {"beta": 1})})]}, "cosine has no 'beta'"),
        ({"start": [9.0, 9.0]}, "start must lie within"),
        ({"start": [1.0]}, "start must lie within"),
        ({"start": "here"}, "start must be a point"),
        ({"steps": MOST_STEPS + 1}, "steps must be a whole number from 1 to 500"),
        ({"steps": 1.5}, "steps must be a whole number"),
        ({"steps": 10, "step": 11}, "step must be a whole number from 0 to 10"),
        ({"noise": -1.0}, "noise must be a number from 0"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"name": "<b>"}, "name must be letters"),
    ],
)
def test_bad_input_is_named(arguments, wrong):
    with pytest.raises(ValueError, match=f"playground: {wrong}"):
        playground(**arguments)


def test_its_situation_is_whole():
    figure = playground("quadratic", [("sgd", {"schedule": "cosine"}), "adam"], noise=2.0, seed=3, steps=50)
    situation = figure.situation
    assert (situation["noise"], situation["seed"], situation["steps"], situation["step"]) == (2.0, 3, 50, 50)
    first, second = situation["rules"]
    assert first["hyper"] == {"lr": 1e-3}
    assert first["schedule"] == {"name": "cosine", "steps": 200, "lr_min": 0.0}
    assert second["hyper"] == {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert second["schedule"] is None
    assert json.loads(json.dumps(situation)) == situation


def test_its_paths_are_those_of_descend():
    valley = surfaces.rosenbrock()
    paths = playground("rosenbrock", THREE, steps=40, start=[-1.0, 1.0]).paths()
    for path, (rule, hyper) in zip(
        paths, ((sgd, {"lr": 0.001}), (momentum, {"lr": 0.0005}), (adam, {"lr": 0.1})), strict=True
    ):
        np.testing.assert_array_equal(path, descend(valley, [-1.0, 1.0], rule, 40, **hyper))
    (path,) = playground("rosenbrock", [("adam", {"lr": 0.1, "schedule": "cosine"})], noise=1.0, seed=5).paths()
    same = descend(noisy(valley.grad, 1.0, seed=5), valley.start, adam, 200, lr=cosine(0.1, steps=200))
    np.testing.assert_array_equal(path, same)
    (path,) = playground("correlated_inputs", [("muon", {"lr": 0.1})], steps=5).paths()
    assert path.shape == (6, 4)


def test_rules_of_one_name_are_told_apart_by_their_rates():
    assert playground(rules=["sgd", "adam"]).titles == ["SGD", "Adam"]
    assert playground(rules=[("sgd", {"lr": 0.1}), ("sgd", {"lr": 0.2})]).titles == ["SGD, lr = 0.1", "SGD, lr = 0.2"]
    twins = [("momentum", {"beta": 0.5}), ("momentum", {"beta": 0.8}), "sgd"]
    assert playground(rules=twins).titles == ["Momentum, beta = 0.5", "Momentum, beta = 0.8", "SGD"]


# --- the page -----------------------------------------------------------------------------------------------------


def pictures(html):
    return [ElementTree.fromstring(unescape_names(svg)) for svg in re.findall(r"<svg.*?</svg>", html, re.S)]


def unescape_names(svg):
    return svg.replace("&#x27;", "'")


@pytest.mark.parametrize("name", list(data()["surfaces"]))
def test_the_page_shows_each_surface_without_scripts(name):
    figure = playground(name, ["sgd", "adam"], name="one", alt="What is seen", caption="**Look** at <it>.")
    html = figure.html()
    plane, losses, effective = pictures(html)
    for picture_ in (plane, losses, effective):
        assert picture_.get("role") == "img"
        assert len(picture_.get("aria-label")) > 10
    kinds = [path.get("class") for path in plane.iter("{http://www.w3.org/2000/svg}path")]
    assert kinds.count("path") == kinds.count("dots") == 2 * (2 if name == "correlated_inputs" else 1)
    assert kinds.count("star") == len(made(name).minima) * (2 if name == "correlated_inputs" else 1)
    assert (
        "nan"
        not in html.partition("data-situation")[2].partition('<p class="says">')[0].split('<div class="views">')[1]
    )
    situation = json.loads(unescape(re.search(r'data-situation="([^"]*)"', html)[1]))
    assert situation == figure.situation
    assert "<strong>Look</strong> at &lt;it&gt;." in html
    assert "<noscript>" in html
    says = re.search(r'<p class="says">(.*?)</p>', html)[1]
    assert says.startswith("After 200 steps: SGD is at loss")


def test_a_path_that_diverges_is_said_and_drawn():
    html = playground("rosenbrock", [("sgd", {"lr": 0.1})]).html()
    assert "After 200 steps: SGD diverges." in html
    assert "nan" not in "".join(re.findall(r' d="[^"]*"', html))


def test_the_data_stand_in_a_page_once_and_end_no_script():
    text = block()
    assert text.count("</") == 1
    found = json.loads(text.partition(">")[2].rpartition("</script>")[0])
    assert found == json.loads(json.dumps(data()))
    assert "constant" not in found["schedules"]
    for surface in found["surfaces"].values():
        assert len(surface["frame"]) == len(surface["start"]) == surface["d"]
        assert all(len(minimum) == surface["d"] for minimum in surface["minima"])
        for x, (low, high) in zip(surface["start"], surface["frame"], strict=True):
            assert low <= x <= high


def test_every_default_lies_within_its_control():
    found = data()
    for owner in [*found["rules"].values(), *found["schedules"].values()]:
        for control in owner["hyper"]:
            assert control["min"] <= control["default"] <= control["max"]
            assert control["scale"] in ("log", "linear", "decay", "integer")


def test_titles_are_short_enough_for_a_sentence_and_differ():
    titles = [rule["title"] for rule in data()["rules"].values()]
    assert len({*titles}) == len(titles)
    assert max(map(len, titles)) <= 20


def test_in_a_book_it_is_a_figure_and_in_a_kernel_a_widget(monkeypatch):
    figure = playground(rules=THREE, small=True)
    monkeypatch.setenv("GRADLAB_BOOK", "1")
    bundle = figure._repr_mimebundle_()
    assert bundle["text/html"].startswith('<figure class="playground small" id="figure-playground"')
    monkeypatch.delenv("GRADLAB_BOOK")
    bundle = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (bundle if isinstance(bundle, dict) else bundle[0])


def test_ticks_are_round_and_within_the_axis():
    assert picture._ticks(-2, 2) == [-2, -1, 0, 1, 2]
    assert picture._ticks(-1.3, 1.3) == [-1, 0, 1]
    for low, high in ((-4.5, 4.5), (0, 1e-3), (-5, 5)):
        ticks = picture._ticks(low, high)
        assert 3 <= len(ticks) <= 11
        assert low <= ticks[0] and ticks[-1] <= high
