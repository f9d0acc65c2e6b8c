"""Programs run in a sandbox, models solved by HiGHS or SCIP; importing this starts nothing."""
