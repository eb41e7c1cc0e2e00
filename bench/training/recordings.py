"""Recordings of noise in the forms that mote reads: speech/CLASS/SPEAKER_nohash_0.wav, and har/ in the HAPT form."""

import pathlib
import random
import sys
import wave

folder = pathlib.Path(sys.argv[1])
draw = random.Random(1)

for label in range(6):
    place = folder / "speech" / f"word{label}"
    place.mkdir(parents=True)
    for speaker in range(130):
        with wave.open(str(place / f"{speaker}_nohash_0.wav"), "wb") as file:
            file.setparams((1, 2, 16000, 0, "NONE", ""))
            file.writeframes(draw.randbytes(2 * 16000))

har = folder / "har"
har.mkdir()
USERS, ROWS = 14, 36000
(har / "activity_labels.csv").write_text("activity,name\n" + "".join(f"{a + 1},A{a}\n" for a in range(6)))
experiments, labels = ["file,experiment,user,samples\n"], ["experiment,user,activity,first_sample,last_sample\n"]
for user in range(1, USERS + 1):
    name = f"exp{user:02}_user{user:02}.i16"
    (har / name).write_bytes(draw.randbytes(12 * ROWS))
    experiments.append(f"{name},{user},{user},{ROWS}\n")
    for activity in range(6):
        labels.append(f"{user},{user},{activity + 1},{activity * ROWS // 6 + 1},{(activity + 1) * ROWS // 6}\n")
(har / "experiments.csv").write_text("".join(experiments))
(har / "labels.csv").write_text("".join(labels))
