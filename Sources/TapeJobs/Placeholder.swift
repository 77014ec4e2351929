// TapeJobs
