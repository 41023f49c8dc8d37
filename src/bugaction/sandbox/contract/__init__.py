"""GitHub's own contract, pruned to what is used, and checks that hold requests and answers to it.

The extracts beside this file are made by `python -m scripts.refresh_contract` from GitHub's GraphQL schema,
its OpenAPI description and the webhook schemas in it; NOTICE.md names their versions and licences.
"""
