"""The briefing in JupyterLab's export menu and in `jupyter nbconvert --to briefing_pdf`."""

from nbconvert.exporters import Exporter

from helpers.paper.publish import document
from helpers.paper.publish.errors import PublishError


class _BriefingExporter(Exporter):
    def from_notebook_node(self, nb, resources=None, **kw):
        """The finished briefing and nbconvert's resources.

        Raises PublishError for a notebook that is not a briefing yet; JupyterLab shows its message.
        """
        notebook, resources = super().from_notebook_node(nb, resources=resources, **kw)
        try:
            return self._publish(document.from_notebook(notebook)), resources
        except PublishError as error:
            if _on_the_command_line():
                # nbconvert would print a traceback; the analyst needs the sentence.
                name = resources["metadata"].get("name", "notebook")
                raise SystemExit(f"{name}: {error}") from None
            raise


class BriefingHTMLExporter(_BriefingExporter):
    """A briefing as one self-contained, accessible HTML page."""

    export_from_notebook = "Briefing (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self):
        return ".html"

    def _publish(self, model: dict) -> str:
        from helpers.paper.publish.html import to_html

        return to_html(model)


class BriefingPDFExporter(_BriefingExporter):
    """A briefing as an accessible PDF, checked before it is written."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self):
        return ".pdf"

    def _publish(self, model: dict) -> bytes:
        from helpers.paper.publish.pdf import to_pdf

        return to_pdf(model)


def _on_the_command_line() -> bool:
    # Within JupyterLab's server the running application is the server, and must not end.
    from nbconvert.nbconvertapp import NbConvertApp
    from traitlets.config import Application

    return Application.initialized() and isinstance(Application.instance(), NbConvertApp)
