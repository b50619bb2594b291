"""Asking the model whether two replies of the library are one answer.

Here: the question and its answer (question.py), and the asking of many (pair_judge.py). Not here: which pairs are asked
about (library/weaving.py by way of orchestration/merge_judge.py), conversations (the modules beside this folder).
"""
