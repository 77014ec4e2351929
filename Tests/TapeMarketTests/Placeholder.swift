// TapeMarketTests
