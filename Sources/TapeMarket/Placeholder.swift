// TapeMarket
