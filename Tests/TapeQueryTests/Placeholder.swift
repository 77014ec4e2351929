// TapeQueryTests
