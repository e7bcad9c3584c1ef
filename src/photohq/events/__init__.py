"""What is to be done about photos later: the jobs of whoever processes pictures."""
