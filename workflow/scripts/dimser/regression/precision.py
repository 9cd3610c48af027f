"""How precise distances are; by itself, because the plan reads it without numpy."""

# Dimensions up to which distances are float64, which costs next to nothing there but space. float32
# moved predictions by up to 6e-5: products by their rounding, which is the same however small a
# distance is; the file, by its own, by up to 7e-6.
FEW = 128
