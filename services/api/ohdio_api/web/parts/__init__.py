"""What several pages show: edges, rows, icons."""
