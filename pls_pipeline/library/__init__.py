"""Candidates -> library: alignment, merging, identity and versions.

Here: what a pattern is and stays. Not here: reading or writing the lake, or asking a model.
"""

from pls_pipeline.library.building import build_library
from pls_pipeline.library.replies import MessageText
from pls_pipeline.library.state import LibraryOptions, LibraryState

__all__ = ["LibraryOptions", "LibraryState", "MessageText", "build_library"]
