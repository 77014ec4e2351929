// TapeStoreTests
