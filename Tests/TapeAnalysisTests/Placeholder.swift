// TapeAnalysisTests
