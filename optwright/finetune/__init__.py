"""Training of local models: records, supervised fine-tuning, merging. The only room that knows torch."""
