"""How often each site is asked, over all processes, and which sites are left alone because they fail."""
