"""Lets the garbage collector run seldom: what the collection of thousands of tests has left is never garbage.

Looking through it again and again cost an eighth of the time of the tests.
"""

import gc

GENERATIONS = (50_000, 20, 100)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GENERATIONS)
