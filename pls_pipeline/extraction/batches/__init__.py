"""Asking the model in batches: half the price, answers within a day, in a later run.

Here: what is submitted and not collected yet (ledger.py), the provider's Batch API (provider.py), its files (lines.py),
the two things a run does with them (collecting.py, submitting.py), the extractor that does both (extractor.py), and a
look from outside of a run (watching.py). Not here: what is asked and what is made of an answer: that is the same as in
direct mode.
"""
