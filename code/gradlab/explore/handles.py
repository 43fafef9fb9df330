"""Handles of a drawing function on matplotlib: the results of its calls and the parts of the axes, wrapped.

A drawing is shown again only while the panel alone has hold of its artists. So the result of a call is wrapped. When
the drawing function uses it, the call is made anew, in this state and in all others; an artist that is changed after it
was made is thus drawn as it is in the end. A part of the axes is wrapped too, so that calls on it are recorded.
"""

from functools import partial


class Result:
    """The result of a call, as the drawing function sees it. To use it is to get hold of its artists."""

    __slots__ = ("_call",)

    def __init__(self, call):
        object.__setattr__(self, "_call", call)

    def __getattr__(self, name):
        return getattr(self._call.hand_out(), name)

    def __setattr__(self, name, value):
        setattr(self._call.hand_out(), name, value)

    def __bool__(self):
        return bool(self._call.hand_out())

    def __len__(self):
        return len(self._call.hand_out())

    def __iter__(self):
        return iter(self._call.hand_out())

    def __contains__(self, item):
        return item in self._call.hand_out()

    def __getitem__(self, key):
        return self._call.hand_out()[key]

    def __add__(self, other):
        return self._call.hand_out() + opened(other)

    def __radd__(self, other):
        return other + self._call.hand_out()


class Part:
    """A part of the axes, such as `ax.spines["top"]`. Calls on it are recorded like those on the axes."""

    __slots__ = ("_panel", "_part", "_path")

    def __init__(self, panel, part, path):
        for name, value in zip(Part.__slots__, (panel, part, path), strict=True):
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        return self._panel._attribute(self._part, name, f"{self._path}.{name}")

    def __setattr__(self, name, value):
        self._panel._call_part(f"{self._path}.{name}", partial(setattr, self._part, name), value)

    def __getitem__(self, key):
        return self._panel._seen(self._part[key], f"{self._path}[{key!r}]")

    def __iter__(self):
        return iter(self._part)  # names of spines


def opened(value):
    """Arguments without wrapping: in `ax.clabel(ax.contour(...))`, the real result of the inner call."""
    if isinstance(value, Result):
        return value._call.hand_out()
    if isinstance(value, Part):
        return value._part
    if type(value) in (list, tuple) and any(isinstance(part, (Result, Part, list, tuple, dict)) for part in value):
        return type(value)(map(opened, value))
    if type(value) is dict:
        return {k: opened(v) for k, v in value.items()}
    return value
