# Where the code lies, seen from the folder that is worked in (`--directory`): often the same.

import os
from pathlib import Path


def shipped(path):
    """A file that ships with the code; relative, so that nothing runs again where both have moved."""
    return os.path.relpath(Path(workflow.basedir, path))
