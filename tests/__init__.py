"""Tests, laid out as what they test; `services` has the real parts that some of them need."""
