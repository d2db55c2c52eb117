"""A demonstration of the whole product on a catalogue of our own: nothing comes from the internet."""
