"""Programs that measure, each beside its baselines. Not here: tests; no test asserts a time."""
