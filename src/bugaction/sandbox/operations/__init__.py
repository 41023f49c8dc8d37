"""What can be done to a repository; people, REST and GraphQL all come through here."""
