// TapeStore
