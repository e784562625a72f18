"""What a command may return."""

DONE, OUR_MISTAKE, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130
