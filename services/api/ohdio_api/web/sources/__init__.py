"""The page of what can be collected: kinds of links with examples, and what catalogues have."""
