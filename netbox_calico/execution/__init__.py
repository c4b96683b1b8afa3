"""Carries a plan out, step by step, each behind its gate. Sees the world through the ports only."""
