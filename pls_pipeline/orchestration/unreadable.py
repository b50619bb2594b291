"""Why a file that a person named cannot be opened.

Here: the sentence for an operating system's error. Not here: files that can be opened and are no export (sources/).
"""

from pathlib import Path


def describe_unreadable(path: Path, error: OSError) -> str:
    """One sentence on a file that cannot be opened: what is wrong with the path, never what the file holds."""
    match error:
        case FileNotFoundError():
            return f"{path}: there is no such file"
        case IsADirectoryError():
            return f"{path} is a folder; name the files in it"
        case PermissionError():
            return f"{path} may not be read by this user"
    return f"{path} cannot be read: {error.strerror}"
