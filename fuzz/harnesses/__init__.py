"""The harnesses, one for each parser, each with a `check`; `fuzz.registry` names them all."""
