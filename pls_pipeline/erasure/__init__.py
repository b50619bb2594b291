"""Forgetting a customer: by what he is known, which rows are his, files without them, a history without his words.

Here: functions on texts, files, relations and rows. Not here: the order of the steps and what runs in them
(orchestration/forgetting.py), the question to the user (cli/forgetting.py).
"""
