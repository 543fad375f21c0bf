"""How JupyterLab saves a notebook of the project, when it was opened by `make lab`."""

from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from helpers.base.paths import relative, write_atomically
from helpers.pipeline import tasks
from helpers.pipeline.canonical import canonical, dumps


class StoredNotebooks(AsyncLargeFileManager):
    """Saves a notebook in the form in which it is stored, so that only what changed in it is a difference to git."""

    async def _save_notebook(self, os_path, nb, capture_validation_error=None):
        await super()._save_notebook(os_path, nb, capture_validation_error)
        if relative(Path(os_path)) in tasks.stored_notebooks():
            write_atomically(Path(os_path), dumps(canonical(nb)))
