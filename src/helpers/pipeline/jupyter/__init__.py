"""What JupyterLab is given by `make lab`: settings (labconfig), and the words of its export menu."""
