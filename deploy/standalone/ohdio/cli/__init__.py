"""The commands that run ohdio on a machine, or need its services; those that talk to one are the client's."""
