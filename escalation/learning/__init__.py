"""How a resolution becomes a better model. The files in the order of the flow:

- `collector` follows the stream `resolutions` and makes examples; `examples` shows them and leaves some out;
- `datasets` reads what to fit on (`train`) and what to judge by (`gate`); `embeddings` keeps each text's vector;
- `learner` holds the one `lease` of the service and works, in `steps` that both kinds of work share:
  `fast_refit` fits the head again within seconds (a revision, v3.7), `training_runs` builds a version (v4);
- a training run is a row (`run_rows`), a folder (`run_folder`) and a process: `child_process` starts and hears it,
  `training_process` is what runs in it;
- `gate` compares the new model with the one that answers, by the rules in `promotion`;
- `registry` says which model is the anchor, which answers, and which the live head (`model_names`, `folders` on disk);
  `anchors` keeps how each anchor came about, `events` tells everybody;
- `live_model` loads both in every process, and `predictor` reads the bot's turns with them;
- `service` is all of this for the rest of the program; `views` is what people read of models and runs.
"""
