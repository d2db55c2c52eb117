"""How far listeners are in books."""
