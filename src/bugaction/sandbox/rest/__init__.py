"""REST: one function for each operation, found by GitHub's operationId."""
