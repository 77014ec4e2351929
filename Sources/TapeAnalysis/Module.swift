// The market's analyses.
