"""Outputs of a student's cell: safe to show in a browser, and short enough to read."""

import pytest
from nbformat.v4 import new_output

from gradlab_course.marking.outputs import safe, shortened, without_shell


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ('x = """\n!important"""', 'x = """\n!important"""'),
        ("%pip install x\ny = 1", "NOTE\ny = 1"),
        ("if True:\n    !ls", "if True:\n    NOTE"),
        ("%%bash\nls", "NOTE"),
        ("%time x = 1", "%time x = 1"),
        ("def (", "def ("),
    ],
)
def test_lines_for_a_shell_are_replaced(code, runs):
    note = 'print("not run while marking: a line for the shell")'
    assert without_shell(code) == runs.replace("NOTE", note)


def test_of_many_outputs_the_first_and_all_errors_are_kept():
    many = [new_output("stream", text="x" * 9000)] * 50 + [new_output("error", ename="E", evalue="", traceback=[])]
    shown = shortened(many)
    assert [o.output_type for o in shown] == ["stream"] * 9 + ["error", "stream"] and "left out" in shown[-1].text
    assert shortened(many[:3]) == many[:3]
    assert len(shortened([new_output("display_data", {"image/png": "aGk="})] * 200)) == 100


def test_outputs_that_a_browser_could_execute_are_left_out():
    data = {"text/html": "<script>", "image/svg+xml": "<svg>", "text/plain": "<3", "image/png": "aGk=\n"}
    assert safe(new_output("display_data", data)).data == {"text/plain": "<3", "image/png": "aGk=\n"}
    assert safe(new_output("display_data", {"image/png": '"><script>'})).data == {}
    result = safe(new_output("execute_result", {"text/plain": "3"}, execution_count=4))
    assert result == {"output_type": "display_data", "data": {"text/plain": "3"}, "metadata": {}}
    assert len(safe(new_output("stream", text="x" * 10**6)).text) == 20_000
    assert safe(new_output("stream", name="<b>", text="x")).name == "stdout"
    error = safe(new_output("error", ename="E" * 10**4, evalue="v", traceback=["t"] * 1000))
    assert len(error.ename) == 200 and len(error.traceback) == 100
