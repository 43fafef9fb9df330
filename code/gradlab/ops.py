"""The few operations that NumPy and torch spell differently.

The rules are plain arithmetic and need none of this. torch is looked up only when the caller
already holds a tensor, so `gradlab` works without it.
"""

import sys

import numpy as np


def is_tensor(x):
    """True for a torch tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def namespace(x):
    """`torch` for a tensor, else `numpy`."""
    return sys.modules["torch"] if is_tensor(x) else np


def floating(x):
    """x as an array or tensor of floats; integers become the default float."""
    if is_tensor(x):
        return x if x.is_floating_point() else x.to(sys.modules["torch"].get_default_dtype())
    x = np.asarray(x)
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(float)


def like(values, x):
    """`values` (a NumPy array) as an array or tensor of x's kind, dtype and device."""
    if is_tensor(x):
        return sys.modules["torch"].as_tensor(values, dtype=x.dtype, device=x.device)
    return np.asarray(values, dtype=x.dtype)


def stack(parts, axis=0):
    """Join equal shapes along a new axis."""
    xp = namespace(parts[0])
    return xp.stack(parts, axis)


def maximum(x, y):
    """The larger of x and y, entry by entry; nan stays nan. y may be a number."""
    if is_tensor(x):
        return x.clamp(min=y)
    return np.maximum(x, y)


def clip(x, low, high):
    """x limited to [low, high], entry by entry; nan stays nan."""
    return namespace(x).clip(x, low, high)


def norm(x):
    """Euclidean length along the last axis, which is kept with length 1."""
    return (x * x).sum(-1)[..., None] ** 0.5
