"""What is promised of a preset, measured on people whom its recipe holds out."""
