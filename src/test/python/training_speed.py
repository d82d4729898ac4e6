"""Compares a training step of Glimpse with the same step written in PyTorch, eagerly.

Both train by the recipe fashion-mnist, or fashion-mnist-adversarial for --kind adversarial, from random weights: the same
network, data, batch, losses, optimisers and moving average, on the same cores, in turns. What counts is the ratio of the
medians of a step's seconds, of the student's steps and its critics' apart. A student's jumps are those of one solver step
here, and none starts where the moving average leads: how many of them the recipe draws decides how long a step takes.

    pip install torch numpy pyyaml
    python src/test/python/training_speed.py --data /usr/share/datasets/fashion-mnist --kind adversarial
"""

import argparse
import gzip
import json
import pathlib
import statistics
import subprocess
import tempfile

import numpy
import torch
import yaml

from eager_training import AdversarialTrainer, EagerTrainer, JumpTrainer

RESOURCES = pathlib.Path("src/main/resources")
FEATURES = RESOURCES / "classifiers" / "fashion-mnist" / "classifier.pt"


def read(directory, name):
    with gzip.open(pathlib.Path(directory) / name) as file:
        bytes_ = file.read()
    rank = bytes_[3]
    shape = numpy.frombuffer(bytes_, ">u4", rank, 4)
    return torch.from_numpy(numpy.frombuffer(bytes_, numpy.uint8, offset=4 + 4 * rank).reshape(shape).copy())


class Glimpse:
    """Trains on by the program, a turn at a time."""

    def __init__(self, recipe, kind, data, directory):
        self.recipe, self.kind, self.data, self.directory = recipe, kind, data, directory
        self.more = []
        if kind == "student":
            self.train("teacher", 1)
            self.more = ["--teacher", self.directory / "teacher" / "fashion-mnist-teacher" / "1"]
        if "adversarial" in recipe[kind]:
            self.more += ["--features", FEATURES]

    def turn(self, steps):
        """Goes on to so many steps and gives the statistics of all."""
        self.train(self.kind, steps, self.more)
        lines = (self.directory / self.kind / "statistics.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def train(self, kind, steps, more=()):
        self.recipe[kind]["steps"] = steps
        recipe = self.directory / "recipe.yaml"
        recipe.write_text(yaml.safe_dump(self.recipe))
        out = self.directory / kind
        command = ["target/glimpse/bin/glimpse", "train", "--config", recipe, "--kind", kind, "--data", self.data, "--out", out, *more]
        subprocess.run(command + (["--resume"] if out.exists() else []), check=True, stdout=subprocess.DEVNULL)


def recipe_of(kind):
    """The recipe, and which of its two kinds is trained."""
    name = "fashion-mnist-adversarial" if kind == "adversarial" else "fashion-mnist"
    recipe = yaml.safe_load((RESOURCES / "recipes" / f"{name}.yaml").read_text())
    recipe["student"]["max_solver_steps"] = 1
    recipe["student"].pop("simulation", None)
    if kind == "adversarial":
        recipe["student"]["adversarial"]["from_step"] = 0
    return recipe, "teacher" if kind == "teacher" else "student"


def trainers(recipe, kind, data):
    """PyTorch may choose what suits it best: precision as in the recipe or not, the batch whole or in parts."""
    precisions = [("float32", False)]
    # Elsewhere it is imitated, and a step takes many times longer.
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():
        precisions.append(("bfloat16", True))
    trainer, more = EagerTrainer if kind == "teacher" else JumpTrainer, []
    if "adversarial" in recipe[kind]:
        trainer, more = AdversarialTrainer, [torch.jit.load(FEATURES).features]
    return {
        f"PyTorch {name}, {rows} rows": trainer(recipe, kind, data, rows, half, *more)
        for name, half in precisions
        for rows in (recipe[kind]["microbatch"], recipe[kind]["batch"])
    }


def arguments():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", required=True, help="directory of the IDX files")
    options.add_argument("--kind", choices=["teacher", "student", "adversarial"], default="teacher")
    options.add_argument("--rounds", type=int, default=3, help="turns of each of the two")
    options.add_argument("--steps", type=int, default=30, help="steps of a turn")
    options.add_argument("--threads", type=int, default=2, help="cores that both use")
    options.add_argument("--warm", type=int, default=8, help="first steps of a turn that do not count")
    return options.parse_args()


def glimpse_steps(lines):
    """(what was trained, seconds, loss) by the statistics of steps."""
    names = {"critic": "critics", "ctm": "student", "dsm": "teacher"}
    for line in lines:
        loss = next(loss for loss in names if loss in line)
        yield names[loss], line["seconds"], round(line[loss], 3)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    recipe, kind = recipe_of(options.kind)
    data = read(options.data, "train-images-idx3-ubyte.gz"), read(options.data, "train-labels-idx1-ubyte.gz")
    ways = trainers(recipe, kind, data)
    print(f"{sum(p.numel() for p in next(iter(ways.values())).network.parameters()):,} parameters in PyTorch")
    taken = []
    with tempfile.TemporaryDirectory() as directory:
        glimpse = Glimpse(recipe, kind, options.data, pathlib.Path(directory))
        for turn in range(1, options.rounds + 1):
            lines = glimpse.turn(turn * options.steps)[-options.steps :]
            steps = {"Glimpse": list(glimpse_steps(lines))}
            for name, trainer in ways.items():
                steps[name] = [trainer.step() for _ in range(options.steps)]
            taken += [(name, *step) for name in steps for step in steps[name][options.warm :]]
            losses = {name: {what: loss for what, _, loss in steps[name]} for name in steps}
            print(f"turn {turn}, last losses: {losses}", flush=True)
    for what in dict.fromkeys(what for _, what, _, _ in taken):
        medians = {
            name: statistics.median(seconds for way, trained, seconds, _ in taken if (way, trained) == (name, what))
            for name in ["Glimpse", *ways]
        }
        for name, median in medians.items():
            print(f"{name}: {median:.3f} s a step of the {what}, Glimpse takes {medians['Glimpse'] / median:.2f} of it")


if __name__ == "__main__":
    main()
