"""Does a test fail when a trap is not met any more? ``python -m tests.mutations`` tries it, in a copy of the source."""
