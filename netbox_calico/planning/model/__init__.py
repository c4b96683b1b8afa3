"""The vocabulary of the pipe: what is wished, what is there, what should be, what to do."""
