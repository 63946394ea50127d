"""Names for the types of numpy arrays. Shapes are written where an array is used, in brackets: float32 (n, d)."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""float32: vectors, weights, probabilities."""
Doubles = npt.NDArray[np.float64]
"""float64: sums and statistics."""
Halves = npt.NDArray[np.float16]
"""float16: vectors as a model folder stores them."""
Ints = npt.NDArray[np.int64]
"""int64: codes, positions, counts."""
Mask = npt.NDArray[np.bool_]
"""One truth value a row: which rows are meant."""
