// Tapedeck
