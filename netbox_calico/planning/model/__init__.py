"""The vocabulary of the pipe: what is wished (inventory), what is there (observation), what should be (intent), what to
do (plan).
"""
