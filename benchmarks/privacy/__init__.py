"""The measures of privacy: what is recognised, what leaks, what masking costs.

Here: one module a measure; `python -m benchmarks.privacy` prints them all. Not here: tests.
"""
