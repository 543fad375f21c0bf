"""What was printed, and what is hidden: documents read, checked and tidied; nothing withheld follows."""
