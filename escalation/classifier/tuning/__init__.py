"""Fine-tuning an encoder with its head: planned from data and budget, resumable after a kill, averaged, exported.

`plan`, `recipe`, `held_out` and `remaining_time` are pure and import no torch. `fine_tuning` carries a plan out:
`batches` is what one encoder is tuned on, `loop` tunes it, `checkpoint` and `work_folder` keep on disk what is done,
`averaging` makes one encoder of several.
"""
