// TapeReport
