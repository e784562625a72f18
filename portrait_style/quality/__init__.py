"""What stylized pictures are worth: measures of pairs, of sets, of faces and of clips."""
