"""What happened to photos and who must hear of it: the jobs that work on pictures later."""
