"""The real programs behind the tests and the demo, each started in a folder of its own, on free ports."""
