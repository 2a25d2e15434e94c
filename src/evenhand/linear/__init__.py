"""Linear and integer programs, solved by HiGHS."""
