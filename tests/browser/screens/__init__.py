"""Every screen of the phone app, in every look: for pictures (`make screens`) and for the tests of all of them."""

from .hands import Scene
from .matters import following, moving, nothing
from .outside import outside
from .walking import walking

SCENES: dict[str, Scene] = {
    "outside": outside,
    "walking": walking,
    "moving": moving,
    "following": following,
    "nothing": nothing,
}
