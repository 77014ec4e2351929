// TapeColumnsTests
