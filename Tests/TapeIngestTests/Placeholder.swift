// TapeIngestTests
