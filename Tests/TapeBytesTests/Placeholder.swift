// TapeBytesTests
