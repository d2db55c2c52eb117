"""The page of whoever is signed in: their password, and signing out."""
