"""Dagster wiring: partitions, pools, resources, instance, jobs, sensor, checks.

Here: everything between Dagster and the domain modules. Not here: the assets themselves (assets/), the rules that they
apply (the domain modules) or the composition of both (definitions.py). `pipeline`, `inbox` and `facts` know no Dagster.
"""
