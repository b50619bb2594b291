"""The DAG: one file a stage, the asset beside its checks.

Not here: what they do, which is called from pls_pipeline.
"""
