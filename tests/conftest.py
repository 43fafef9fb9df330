"""What pytest does for all tests."""

from bad_input import name_of, test_bad_input_is_named


def pytest_generate_tests(metafunc):
    """Run the test of bad input on each row of the table of the file that imports it."""
    if metafunc.function is test_bad_input_is_named:
        rows = metafunc.module.BAD_INPUT
        metafunc.parametrize(("function", "arguments", "wrong"), rows, ids=[f"{name_of(f)}-{w}" for f, _, w in rows])
