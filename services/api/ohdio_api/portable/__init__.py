"""What people have decided, taken to another ohdio; and what they had before they had this one."""
