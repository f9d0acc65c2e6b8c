"""Looking for better prompts: candidates, their scores, a ledger of all that was tried, and the strategies."""
