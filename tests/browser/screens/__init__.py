"""Every screen of the phone app, in every look: for pictures (`make screens`) and for the tests of all of them."""

import pytest

from .hands import Scene
from .matters import following, moving, nothing
from .outside import outside
from .rights import rights
from .walking import walking

SCENES: dict[str, Scene] = {
    "outside": outside,
    "walking": walking,
    "moving": moving,
    "following": following,
    "nothing": nothing,
    "rights": rights,
}

# Where several processes share the tests, one of them walks through a scene for all that look at it.
TOURS = [pytest.param(name, marks=pytest.mark.xdist_group(f"tour of {name}")) for name in SCENES]
