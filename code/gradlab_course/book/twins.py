"""Links from a twin, the same thing in another library, to its page in the documentation of that library."""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxRole

TORCH = "https://docs.pytorch.org/docs/stable/"
SKLEARN = "https://scikit-learn.org/stable/modules/generated/"
ELSEWHERE = {  # than on a page of its own name
    "torch.autograd.gradcheck": "generated/torch.autograd.gradcheck.gradcheck.html",
    "torch.optim": "optim.html",
    "torch.optim.lr_scheduler": "optim.html",
}
SCHEDULER = re.compile(r"[A-Z]\w+LR|CosineAnnealingWarmRestarts|ReduceLROnPlateau")  # as `schedules` writes them


def name(code: str) -> str:
    """The full name of what a piece of code names or calls, if it is torch's or scikit-learn's; else nothing.

    `SGD(momentum=beta)` names no module, so it is nobody's; the schedulers of torch are known without theirs.
    """
    bare = re.sub(r"\(.*", "", code)
    if SCHEDULER.fullmatch(bare):
        return f"torch.optim.lr_scheduler.{bare}"
    return bare if re.fullmatch(r"(torch|sklearn)(\.\w+)+", bare) else ""


def address(code: str) -> str:
    """The address of its page, or nothing."""
    full = name(code)
    if full in ELSEWHERE:
        return TORCH + ELSEWHERE[full]
    if full.startswith("torch.nn.init."):  # all on one page
        return f"{TORCH}nn.init.html#{full}"
    site = TORCH + "generated/" if full.startswith("torch.") else SKLEARN
    return full and f"{site}{full}.html"


class Twin(SphinxRole):
    """`:twin:`, a piece of code that links to the page of what it names."""

    def run(self):
        """Make the link."""
        link = nodes.reference(self.rawtext, "", internal=False, refuri=address(self.text))
        link += nodes.literal("", self.text)
        return [link], []
