"""Steps that are not traced."""

import contextlib

import tensorflow as tf


@contextlib.contextmanager
def operation_by_operation():
    """Run what is a graph elsewhere: tracing a step takes longer than the few that tests take."""
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)
