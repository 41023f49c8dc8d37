"""Coverage-guided fuzzing of everything that reads what strangers write: `make fuzz`, `python -m fuzz`.

A harness is a function of bytes that raises where something is wrong; each knows more than that nothing
crashed. Its seeds lie in `corpus/NAME/`, what once broke it in `crashes/NAME/`. `make test` replays both
without the fuzzer.
"""
