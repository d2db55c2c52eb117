"""Who may use the pages: accounts with passwords, and the browsers that are signed in."""
