"""The pages of settings: what can be changed, who gets in, and how the parts of ohdio are."""
