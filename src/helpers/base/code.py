"""Python code as a tree, in any thread."""

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parsed(code: str, mode: str = "exec") -> ast.AST:
    """What ast.parse gives. Two threads at once can make it fail (CPython issue 106905), so that one waits.

    Raises SyntaxError, ValueError and RecursionError as ast.parse does.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(code, mode=mode)
