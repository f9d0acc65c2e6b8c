"""Better prompts for a model, found on training items and adopted only when validation items agree."""
