"""The lab's own error, so that its commands can print a sentence instead of a traceback."""

from __future__ import annotations


class LabError(Exception):
    """Something that the lab needs is missing or did not start; the message names it and what to do."""
