// TapeBytes
