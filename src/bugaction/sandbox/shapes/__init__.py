"""GitHub's JSON objects, as REST answers and webhook payloads have them."""
