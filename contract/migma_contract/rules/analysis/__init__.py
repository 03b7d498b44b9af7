"""What rules share: a parsed response, and the questions that several rules ask of it."""
