"""A playground in a live kernel."""

import pytest

from gradlab.playground import playground
from gradlab.playground.live import live


def widgets(figure):
    picture, says, *controls, caption = live(figure).widget().children
    return picture, says, controls, caption


def test_start_and_rates_are_sliders():
    figure = playground("rosenbrock", [("sgd", {"lr": 0.001}), ("adam", {"lr": 0.1})], name="one", caption="Drag it.")
    picture, says, (x, y, rates), caption = widgets(figure)
    assert "<svg" in picture.value
    assert says.value.startswith("After 200 steps: SGD is at loss")
    assert "Drag it." in caption.value and "page Playground of the book" in caption.value
    for control in (x, y, rates):
        before = picture.value
        control.value = (int(control.value) or 2) - 1
        assert picture.value != before
        assert "<strong>" not in says.value


@pytest.mark.parametrize("surface", ["quadratic", "saddle", "himmelblau", "correlated_inputs"])
@pytest.mark.parametrize("factor", ["× 0.1", "× 1", "× 10"])
def test_all_rates_can_be_shown(surface, factor):
    rules = [("sgd", {"lr": 0.03})] + [("muon", {"lr": 0.1})] * (surface == "correlated_inputs")
    _, says, controls, _ = widgets(playground(surface, rules, noise=0.5))
    controls[-1].value = dict(controls[-1].options)[factor]
    assert says.value.startswith("After 200 steps"), says.value
