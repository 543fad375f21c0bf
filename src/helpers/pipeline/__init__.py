"""What runs, when, and why again."""
