"""Fine-tuning an encoder with its head: planned from data and budget, resumable after a kill, averaged, exported.

`plan`, `recipe` and `pace` are pure and import no torch. `fine_tuning` carries a plan out: `lesson` is what one encoder
is tuned on, `loop` tunes it, `checkpoint` and `workplace` keep what is done on disk, `averaging` makes one of several.
"""
