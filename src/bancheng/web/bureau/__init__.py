"""审批: an official's tasks, the file as their body may see it, and what they do with it."""
