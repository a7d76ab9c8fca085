"""What a learner meets: checks, hints, predictions, progress, pictures of the live lab."""
