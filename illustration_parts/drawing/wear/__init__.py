"""How pictures and drawings are worn: degradation, rough sketches, paper."""
