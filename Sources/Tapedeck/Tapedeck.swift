// What a program that embeds Tapedeck imports.
@_exported import TapeReport
