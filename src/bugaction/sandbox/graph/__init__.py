"""GraphQL, executed by graphql-core on GitHub's own schema."""
