// SuiteRunner
