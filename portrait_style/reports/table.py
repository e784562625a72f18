"""Aligned tables of text."""


def format_table(header: list[str], rows: list[list[str]]) -> str:
    """Align the first column left and the others right.

    Args:
        header: list of str.
        rows: list of lists of str, each as long as the header.

    Returns:
        str, one line a row, a rule below the header.
    """
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([text[0], rule, *text[1:]])
