// TapeJobsTests
