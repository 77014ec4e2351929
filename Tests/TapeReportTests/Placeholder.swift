// TapeReportTests
