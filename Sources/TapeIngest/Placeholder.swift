// TapeIngest
