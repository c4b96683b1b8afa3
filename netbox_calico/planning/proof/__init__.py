"""Routes, computed: what every BGP speaker learns, prefers and forwards, and whether packets arrive."""
