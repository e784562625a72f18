"""What results are shown by: pages, tables, sheets, figures."""
