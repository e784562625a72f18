"""What commands say when something is wrong."""


def error_line(capsys):
    """The one line on stderr."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("portrait-style: error: ")
    return lines[0]
