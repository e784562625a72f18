"""What commands say when something is wrong."""


def error_line(capsys):
    """The one line on stderr."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("portrait-style: error: ")
    return lines[0]


def assert_refused(result, *words):
    """Hold (exit code, lines on stderr) against one line that has these words."""
    code, lines = result
    assert code == 2
    assert len(lines) == 1, lines
    assert lines[0].startswith("portrait-style: error: ")
    for word in words:
        assert word in lines[0]
