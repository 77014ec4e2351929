// TapeAnalysis
