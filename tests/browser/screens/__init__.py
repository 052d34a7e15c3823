"""Every screen of the phone app as a picture: `python -m tests.browser.screens` (or `make screens`) writes docs/screens/."""
