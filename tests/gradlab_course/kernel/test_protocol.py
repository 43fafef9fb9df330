"""The protocol: replies that the marker refuses to read."""

import pytest

from gradlab_course.kernel import protocol


def test_depth_and_length_of_a_reply_are_bounded():
    with pytest.raises(ValueError, match="too many lists in lists"):
        protocol.read("[" * 10**6)
    with pytest.raises(ValueError, match="too long to be read"):
        protocol.read(" " * (protocol.MAX_LENGTH + 1))
