"""The calls that draw a state, and their artists, to be shown again as long as nothing can have changed them."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.container import Container
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gradlab.explore.handles import Result


class Call:
    """A call on the axes: its name, a copy of its arguments, its result, and the artists that it made.

    shown       whether it belongs to the present state
    ran         whether it was made in the present state, not only shown again
    again       whether later states may show its drawing again
    handed_out  whether the drawing function has got hold of the artists
    foreign     whether an artist of the author's own is among the arguments
    """

    def __init__(self, axes, titles, name, arguments, foreign=False):
        self.name, self.key, self.foreign = name, frozen(arguments), foreign
        self._axes, self._titles = axes, titles
        self._arguments, self._fragments = arguments, {}
        self.shown, self.handed_out = True, False
        self.run()
        # An author may change an artist that is not ours; the best place for a legend depends on all that is drawn.
        placed_by_others = name == "legend" and arguments[1].get("loc", "best") == "best"
        self.again = not (foreign or placed_by_others or self._coloured_in_turn())
        self.outcome = Result(self)

    def run(self):
        """Make the call."""
        before = set(self._axes.get_children())
        args, kwargs = self._arguments
        self.result = getattr(self._axes, self.name)(*args, **kwargs)
        self.titles = [leaf for leaf in leaves(self.result) if leaf in self._titles]
        children = self._axes.get_children()
        made = [child for child in children if child not in before]
        # As add_artist(legend), which was there before.
        self.artists = made + self.titles or [leaf for leaf in leaves(self.result) if leaf in children]
        self.ran = True

    def use_again(self, arguments):
        """Let the present state show the drawing of an earlier one."""
        self.shown, self.ran, self._arguments = True, False, arguments

    def catch_up(self):
        """Make the call in the present state too, if it was not."""
        if not self.ran:
            self.remove()
            self.run()

    def fragment(self, artist, render):
        """The drawing of one of the artists: `render(artist)`, or the one that was kept."""
        if not self.again:
            return render(artist)
        i = self.artists.index(artist)
        if i not in self._fragments:
            self._fragments[i] = render(artist)
        return self._fragments[i]

    def hand_out(self):
        """The result, for an author who may change it: made in this state, and not to be used again."""
        if not self.shown:
            raise ValueError(f"the result of {self.name}() belongs to another state: draw must draw each one in full")
        self.catch_up()
        self.again, self.handed_out = False, True
        return self.result

    def remove(self):
        """Take the artists off the axes."""
        gone = [artist for artist in self.artists if artist not in self.titles]
        there = self._axes.get_children() if gone else ()  # the author may have removed one; a legend replaces another
        for artist in gone:
            if artist in there:
                artist.remove()

    def _coloured_in_turn(self):
        """Tell whether the artists may have colours from the cycle, which depend on the calls before."""
        if any(self._arguments[1].get(name) is not None for name in ("c", "color", "colors")):
            return False
        return any(
            isinstance(artist, (Line2D, Patch)) or (isinstance(artist, Collection) and artist.get_array() is None)
            for artist in self.artists
        )


def leaves(result):
    """The artists in the result or the arguments of a call."""
    if isinstance(result, Artist):
        yield result
    elif isinstance(result, (list, tuple, Container, dict)):
        for part in result.values() if isinstance(result, dict) else result:
            yield from leaves(part)


def labelled(result):
    """The artists and containers in the result of a call that a legend lists."""
    if isinstance(result, (Artist, Container)) and not (result.get_label() or "_").startswith("_"):
        yield result
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from labelled(part)


def same(kept, value):
    """Tell whether arguments equal those that `frozen` kept. Understands arrays, also inside lists and dicts."""
    if isinstance(kept, np.ndarray):
        if not hasattr(value, "__array__"):
            return False
        masks = map(np.ma.getmaskarray, (kept, value)) if isinstance(kept, np.ma.MaskedArray) else (True, True)
        return np.array_equal(kept, value, equal_nan=kept.dtype.kind == "f") and np.array_equal(*masks)
    if kept is value:
        return True
    if type(kept) is not type(value):
        return False
    if isinstance(kept, dict):
        return kept.keys() == value.keys() and all(same(kept[k], value[k]) for k in kept)
    if isinstance(kept, (list, tuple)):
        return len(kept) == len(value) and all(map(same, kept, value))
    return kept == value


def frozen(value):
    """A copy of arguments that the caller cannot change afterwards; tensors and data frames become arrays."""
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        return value.copy() if isinstance(value, np.ma.MaskedArray) else np.asarray(value).copy()
    if type(value) in (list, tuple):
        return type(value)(map(frozen, value))
    if isinstance(value, dict):
        return {k: frozen(v) for k, v in value.items()}
    return value
