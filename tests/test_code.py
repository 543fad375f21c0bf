"""Python code as a tree, in any thread."""

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.base.code import parsed


@pytest.mark.papers
def test_code_is_parsed_in_several_threads_at_once():
    code = "\n".join(
        f"x_{number} = f(({number} + (1 + (2 + y[3]))), a=[b for b in c if b.d(e)])" for number in range(300)
    )
    with ThreadPoolExecutor(8) as pool:
        trees = list(pool.map(parsed, [code] * 48))
    assert {ast.dump(tree) for tree in trees} == {ast.dump(ast.parse(code))}
    assert isinstance(parsed("1 + 2", mode="eval").body, ast.BinOp)
